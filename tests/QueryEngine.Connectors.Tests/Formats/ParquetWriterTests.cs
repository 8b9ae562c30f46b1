using System.Globalization;
using System.Text.Json;
using QueryEngine.Connectors.Formats;
using QueryEngine.Connectors.Formats.Parquet;
using QueryEngine.Connectors.Tests.Servers;
using QueryEngine.Spi;
using Xunit;

namespace QueryEngine.Connectors.Tests.Formats;

/// <summary>Writes Parquet files and reads them back, with our reader and with those of DuckDB and hyparquet.</summary>
public sealed class ParquetWriterTests : IDisposable
{
    private readonly string _path = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.parquet");

    public void Dispose() => File.Delete(_path);

    [Theory]
    [InlineData(ParquetCompression.None)]
    [InlineData(ParquetCompression.Snappy)]
    [InlineData(ParquetCompression.Gzip)]
    [InlineData(ParquetCompression.Zstd)]
    public void Random_columns_of_every_type_read_back(ParquetCompression compression)
    {
        int rowsSeen = 0;
        for (int seed = 0; seed < 6; seed++)
        {
            var random = new RandomColumns(seed + 100 * (int)compression);
            FormatColumn[] columns =
            [
                .. RandomColumns.Scalars.Select((type, place) => new FormatColumn($"s{place}", type)),
                .. Enumerable.Range(0, 6).Select(place => new FormatColumn($"n{place}", random.NestedType(3))),
            ];
            double nulls = (seed % 4) switch { 0 => 0, 1 => 1, _ => 0.2 };
            int[] batches = [.. new[] { 1, 700, 2500, 3 }.Take(seed % 5)];
            object?[][] rows = [.. Enumerable.Range(0, batches.Sum()).Select(_ => columns.Select(column => random.Value(column.Type, nulls)).ToArray())];

            Write(random, columns, rows, batches, new ParquetWriterOptions { Compression = compression, RowGroupRows = seed % 2 == 0 ? 1000 : 1 << 18 });

            Check(columns, rows);
            rowsSeen += rows.Length;
        }
        Assert.True(rowsSeen > 5_000);
    }

    [Fact]
    public async Task DuckDB_reads_every_type()
    {
        var random = new RandomColumns(7);
        SqlType point = SqlType.Row(new RowField("x", SqlType.Integer), new RowField("tags", SqlType.Array(SqlType.Varchar)));
        FormatColumn[] columns =
        [
            .. RandomColumns.Scalars.Select((type, place) => new FormatColumn($"s{place}", type)),
            new("numbers", SqlType.Array(SqlType.BigInt)), new("lists", SqlType.Array(SqlType.Array(SqlType.Varchar))), new("point", point),
            new("points", SqlType.Array(point)), new("map", SqlType.Map(SqlType.Varchar, SqlType.Decimal(18, 2))),
        ];
        object?[][] rows = [.. Enumerable.Range(0, 5000).Select(_ => columns.Select(column => random.Value(column.Type, 0.1)).ToArray())];
        Write(random, columns, rows, [5000], new ParquetWriterOptions { RowGroupRows = 2100 });

        JsonElement[] read = await ForeignReader.ReadAsync("duckdb", _path);

        Assert.Equal(rows.Length, read.Length);
        for (int row = 0; row < rows.Length; row++)
        {
            for (int column = 0; column < columns.Length; column++)
            {
                Assert.True(
                    JsonComparison.Matches(read[row].GetProperty(columns[column].Name), rows[row][column], columns[column].Type),
                    $"row {row} {columns[column]}: {rows[row][column]} is read as {read[row].GetProperty(columns[column].Name)}");
            }
        }
    }

    [Theory]
    [InlineData(ParquetCompression.Snappy)]
    [InlineData(ParquetCompression.Zstd)]
    [InlineData(ParquetCompression.Gzip)]
    public async Task Hyparquet_reads_numbers_text_and_lists(ParquetCompression compression)
    {
        var random = new RandomColumns(11);
        FormatColumn[] columns =
            [new("i", SqlType.Integer), new("small", SqlType.SmallInt), new("t", SqlType.Varchar), new("flag", SqlType.Boolean), new("l", SqlType.Array(SqlType.Varchar))];
        object?[][] rows = [.. Enumerable.Range(0, 3000).Select(_ => columns.Select(column => random.Value(column.Type, 0.1)).ToArray())];
        Write(random, columns, rows, [3000], new ParquetWriterOptions { Compression = compression, RowGroupRows = 1100 });

        JsonElement[] read = await ForeignReader.ReadAsync("hyparquet", _path);

        Assert.Equal(rows.Length, read.Length);
        for (int row = 0; row < rows.Length; row++)
            for (int column = 0; column < columns.Length; column++)
                Assert.True(JsonComparison.Matches(read[row].GetProperty(columns[column].Name), rows[row][column], columns[column].Type), $"row {row}");
    }

    [Fact]
    public async Task DuckDB_finds_rows_by_our_bounds_and_reads_our_metadata()
    {
        FormatColumn[] columns = [new("id", SqlType.BigInt), new("name", SqlType.Varchar), new("x", SqlType.Double)];
        object?[][] rows = [.. Enumerable.Range(0, 50_000).Select(id => new object?[]
        {
            (long)id, id % 10 == 0 ? null : new string('z', 70) + id.ToString("D6", CultureInfo.InvariantCulture), id == 40_000 ? double.NaN : id / 2.0,
        })];
        Write(new RandomColumns(1), columns, rows, [.. Enumerable.Repeat(5000, 10)], new ParquetWriterOptions
        {
            RowGroupRows = 30_000,
            Properties = new Dictionary<string, string> { ["made by"] = "test" },
        });

        Assert.Equal(["1"], await ForeignReader.QueryAsync($"SELECT count(*) FROM '{_path}' WHERE id = 31234"));
        Assert.Equal(["1"], await ForeignReader.QueryAsync($"SELECT count(*) FROM '{_path}' WHERE name = '{new string('z', 70)}031234'"));
        Assert.Equal(["10000"], await ForeignReader.QueryAsync($"SELECT count(*) FROM '{_path}' WHERE x > 20000"));
        Assert.Equal(["0|29999", "30000|49999"], await ForeignReader.QueryAsync(
            $"SELECT stats_min_value || '|' || stats_max_value FROM parquet_metadata('{_path}') WHERE path_in_schema = 'id' ORDER BY row_group_id"));
        Assert.Equal(["3000", "2000"], await ForeignReader.QueryAsync(
            $"SELECT stats_null_count FROM parquet_metadata('{_path}') WHERE path_in_schema = 'name' ORDER BY row_group_id"));
        Assert.Equal(["test"], await ForeignReader.QueryAsync($"SELECT value::VARCHAR FROM parquet_kv_metadata('{_path}')"));
    }

    [Fact]
    public void A_column_with_few_values_has_a_dictionary_and_one_with_many_falls_back()
    {
        FormatColumn[] columns = [new("few", SqlType.Varchar), new("many", SqlType.Varchar), new("later", SqlType.Varchar)];
        object?[][] rows = [.. Enumerable.Range(0, 96_000).Select(id => new object?[] { $"v{id % 5}", $"value {id}", id < 30_000 ? "same" : $"other text {id}" })];
        Write(new RandomColumns(1), columns, rows, [.. Enumerable.Repeat(8000, 12)], new ParquetWriterOptions());

        using ByteSource source = ByteSource.OpenFile(_path);
        ParquetFile footer = ParquetFile.Open(source);

        Assert.NotNull(footer.Metadata.RowGroups[0].Columns[0].DictionaryPageOffset);
        Assert.Null(footer.Metadata.RowGroups[0].Columns[1].DictionaryPageOffset);
        Assert.NotNull(footer.Metadata.RowGroups[0].Columns[2].DictionaryPageOffset);
        Assert.True(footer.Metadata.RowGroups[0].Columns[0].CompressedSize < 60_000);
        Check(columns, rows);
    }

    [Fact]
    public void Bounds_skip_row_groups_and_never_one_with_the_value()
    {
        var random = new RandomColumns(5);
        FormatColumn[] columns = [.. RandomColumns.Scalars.Select((type, place) => new FormatColumn($"s{place}", type))];
        object?[][] rows = [.. Enumerable.Range(0, 600).Select(_ => columns.Select(column => random.Value(column.Type, 0.1)).ToArray())];
        Write(random, columns, rows, [600], new ParquetWriterOptions { RowGroupRows = 20 });
        using ByteSource source = ByteSource.OpenFile(_path);
        ParquetFile footer = ParquetFile.Open(source);
        int skipped = 0;

        for (int column = 0; column < columns.Length; column++)
        {
            for (int row = 0; row < rows.Length; row += 7)
            {
                if (rows[row][column] is not { } value || value is ValueList<byte>)
                    continue;
                var domain = new TupleDomain([new ColumnDomain(columns[column].Name, Domain.Of(value))]);
                for (int group = 0; group < footer.RowGroupCount; group++)
                {
                    bool mayMatch = ParquetStatistics.MayMatch(footer, group, domain);
                    skipped += mayMatch ? 0 : 1;
                    Assert.True(mayMatch || group != row / 20, $"row {row} of {columns[column]}");
                }
            }
        }
        Assert.True(skipped > 100, $"{skipped} skipped");
    }

    [Fact]
    public void Pages_are_left_out_by_their_bounds_and_never_one_with_a_row()
    {
        var random = new RandomColumns(9);
        FormatColumn[] columns =
        [
            new("id", SqlType.BigInt), new("name", SqlType.Varchar), new("x", SqlType.Double), new("list", SqlType.Array(SqlType.Varchar)), new("few", SqlType.Varchar),
        ];
        object?[][] rows = [.. Enumerable.Range(0, 60_000).Select(id => new[]
        {
            id / 3000 % 5 == 4 ? null : (object)(long)id, $"n{id / 100:D6}", random.Value(SqlType.Double, 0.1), random.Value(columns[3].Type, 0.2), $"v{id % 7}",
        })];
        Write(random, columns, rows, [.. Enumerable.Repeat(6000, 10)], new ParquetWriterOptions { RowGroupRows = 25_000, PageEntries = 1000 });
        using ByteSource source = ByteSource.OpenFile(_path);
        ParquetFile footer = ParquetFile.Open(source);
        var chance = new Random(4);
        long readRows = 0;

        for (int attempt = 0; attempt < 12; attempt++)
        {
            long low = chance.Next(60_000);
            long high = low + chance.Next(4000);
            Domain ids = attempt == 0 ? Domain.OnlyNull : new Domain([new ValueRange(low, true, high, false)], NullAllowed: false);
            Domain names = new([new ValueRange($"n{low / 100 + 5:D6}", true, null, false)], NullAllowed: false);
            var domain = new TupleDomain(attempt % 2 == 0 ? [new ColumnDomain("id", ids)] : [new ColumnDomain("id", ids), new ColumnDomain("name", names)]);
            bool Matches(object?[] row) => ids.Contains(row[0]) && (attempt % 2 == 0 || names.Contains(row[1]));

            List<object?[]> read = ReadRows(source, footer, domain);

            readRows += read.Count;
            object?[][] expected = [.. rows.Where(Matches)];
            object?[][] found = [.. read.Where(Matches)];
            Assert.Equal(expected.Length, found.Length);
            for (int row = 0; row < expected.Length; row++)
                Assert.Equal(expected[row], found[row]);
        }
        Assert.InRange(readRows, 1, 12 * 60_000 / 4);
    }

    [Fact]
    public void Columns_are_read_late_and_no_row_that_a_filter_wants_is_lost()
    {
        var random = new RandomColumns(10);
        FormatColumn[] columns =
        [
            new("name", SqlType.Varchar), new("id", SqlType.BigInt), new("small", SqlType.SmallInt), new("list", SqlType.Array(SqlType.Varchar)), new("few", SqlType.Varchar),
        ];
        object?[][] rows = [.. Enumerable.Range(0, 60_000).Select(id => new[]
        {
            $"n{id:D6}", id / 9000 % 3 == 1 ? null : (object)(id * 7919L % 60_000), (short)(id % 100), random.Value(columns[3].Type, 0.2), $"v{id / 20_000}",
        })];
        Write(random, columns, rows, [.. Enumerable.Repeat(6000, 10)], new ParquetWriterOptions { RowGroupRows = 25_000, PageEntries = 1000 });
        using ByteSource source = ByteSource.OpenFile(_path);
        ParquetFile footer = ParquetFile.Open(source);
        (string Column, Domain Domain, int MostRows)[] filters =
        [
            ("id", new Domain([new ValueRange(null, false, 20L, true)], NullAllowed: false), 45_000),
            ("id", new Domain([new ValueRange(59_990L, false, null, false)], NullAllowed: true), 60_000),
            ("id", Domain.OnlyNull, 30_000),
            ("name", new Domain([new ValueRange("n030000", true, "n030010", true)], NullAllowed: false), 11),
            ("few", new Domain([new ValueRange("v2", true, null, false)], NullAllowed: false), 20_000),
            ("small", new Domain([new ValueRange(null, false, (short)-1, true)], NullAllowed: false), 0),
            ("missing", new Domain([new ValueRange(null, false, 1L, true)], NullAllowed: false), 60_000),
        ];

        foreach ((string column, Domain domain, int mostRows) in filters)
        {
            int place = Array.FindIndex(columns, one => one.Name == column);
            bool Matches(object?[] row) => place < 0 || domain.Contains(row[place]);

            List<object?[]> read = ReadRows(source, footer, TupleDomain.All, new KnownFilter(new TupleDomain([new ColumnDomain(column, domain)])));

            Assert.InRange(read.Count, 0, mostRows);
            object?[][] expected = [.. rows.Where(Matches)];
            object?[][] found = [.. read.Where(Matches)];
            Assert.Equal(expected.Length, found.Length);
            for (int row = 0; row < expected.Length; row++)
                Assert.Equal(expected[row], found[row]);
        }
    }

    [Fact]
    public void Gives_all_memory_back()
    {
        var memory = new MemoryContext("test");
        FormatColumn[] columns = [new("t", SqlType.Varchar), new("l", SqlType.Array(SqlType.Varchar))];
        var random = new RandomColumns(3);
        using (FileStream stream = File.Create(_path))
        using (var writer = new ParquetWriter(stream, columns, new ParquetWriterOptions(), memory))
        {
            using RecordBatch batch = Batch(random, columns, [.. Enumerable.Range(0, 100).Select(_ => columns.Select(column => random.Value(column.Type, 0)).ToArray())]);
            writer.Write(batch);
        }

        Assert.True(memory.PeakBytes > 0);
        Assert.Equal(0, memory.Bytes);
    }

    [Fact]
    public void A_type_that_the_format_lacks_is_an_error() =>
        Assert.Equal(ErrorCode.NotSupported, Assert.Throws<QueryException>(() =>
            new ParquetWriter(Stream.Null, [new("span", SqlType.IntervalYearToMonth)], new ParquetWriterOptions(), MemoryContext.Unlimited)).Code);

    private static RecordBatch Batch(RandomColumns random, FormatColumn[] columns, object?[][] rows) => new(
        [.. columns.Select((column, place) => random.Vector(column.Type, [.. rows.Select(row => row[place])]))], rows.Length);

    private void Write(RandomColumns random, FormatColumn[] columns, object?[][] rows, int[] batches, ParquetWriterOptions options)
    {
        using FileStream stream = File.Create(_path);
        using var writer = new ParquetWriter(stream, columns, options, MemoryContext.Unlimited);
        int start = 0;
        foreach (int count in batches)
        {
            using RecordBatch batch = Batch(random, columns, rows[start..(start + count)]);
            writer.Write(batch);
            start += count;
        }
        Assert.Equal(rows.Length, start);
        long bytes = writer.Finish();
        stream.Flush();
        Assert.Equal(stream.Length, bytes);
    }

    private void Check(FormatColumn[] columns, object?[][] rows)
    {
        using ByteSource source = ByteSource.OpenFile(_path);
        ParquetFile footer = ParquetFile.Open(source);
        Assert.Equal(columns, footer.Columns);
        Assert.Equal(rows.Length, footer.RowCount);
        using var reader = new ParquetReader(source, footer, [.. Enumerable.Range(0, columns.Length)], MemoryContext.Unlimited);
        int row = 0;
        for (int group = 0; group < footer.RowGroupCount; group++)
        {
            foreach (RecordBatch batch in reader.Read(group))
            {
                using (batch)
                {
                    for (int at = 0; at < batch.RowCount; at++, row++)
                        for (int column = 0; column < columns.Length; column++)
                            Assert.True(
                                Same(rows[row][column], batch[column].GetValue(at)),
                                $"row {row} {columns[column]}: {rows[row][column] ?? "NULL"} is read as {batch[column].GetValue(at) ?? "NULL"}");
                }
            }
        }
        Assert.Equal(rows.Length, row);
    }

    private static List<object?[]> ReadRows(ByteSource source, ParquetFile footer, TupleDomain domain, IDynamicFilter? filter = null)
    {
        var rows = new List<object?[]>();
        using var reader = new ParquetReader(source, footer, [.. Enumerable.Range(0, footer.Columns.Count)], MemoryContext.Unlimited);
        for (int group = 0; group < footer.RowGroupCount; group++)
            foreach (RecordBatch batch in reader.Read(group, domain, filter ?? NoDynamicFilter.Instance))
                using (batch)
                    for (int row = 0; row < batch.RowCount; row++)
                        rows.Add([.. Enumerable.Range(0, batch.ColumnCount).Select(column => batch[column].GetValue(row))]);
        return rows;
    }

    // Equal doubles of different sign are not the same value in a file.
    private static bool Same(object? left, object? right) => (left, right) switch
    {
        (double one, double other) => BitConverter.DoubleToInt64Bits(one) == BitConverter.DoubleToInt64Bits(other),
        (float one, float other) => BitConverter.SingleToInt32Bits(one) == BitConverter.SingleToInt32Bits(other),
        _ => Equals(left, right),
    };

    private sealed class KnownFilter(TupleDomain domain) : IDynamicFilter
    {
        public TupleDomain Current => domain;

        public bool IsComplete => true;

        public Task NarrowedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
