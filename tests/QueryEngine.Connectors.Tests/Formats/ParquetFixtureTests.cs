using System.Text.Json;
using QueryEngine.Connectors.Formats;
using QueryEngine.Connectors.Formats.Parquet;
using QueryEngine.Spi;
using Xunit;

namespace QueryEngine.Connectors.Tests.Formats;

/// <summary>Reads files of three other writers and compares every value with what DuckDB reads from them (see Data/generate.mjs).</summary>
public sealed class ParquetFixtureTests
{
    internal static readonly string Data = Path.Combine(AppContext.BaseDirectory, "Formats", "Data");

    [Theory]
    [InlineData("duckdb_v1_snappy", "scalars")]
    [InlineData("duckdb_v1_gzip", "scalars")]
    [InlineData("duckdb_v1_brotli", "scalars")]
    [InlineData("duckdb_v1_lz4raw", "scalars")]
    [InlineData("duckdb_v2_zstd", "scalars")]
    [InlineData("duckdb_v2_plain", "scalars")]
    [InlineData("duckdb_nested", "nested")]
    [InlineData("arrow_v1_delta_snappy", "encodings")]
    [InlineData("arrow_v2_delta_lz4raw", "encodings")]
    [InlineData("arrow_v2_split_gzip", "encodings")]
    [InlineData("arrow_v1_lz4_hadoop", "encodings")]
    [InlineData("arrow_dictionary_falls_back", "encodings")]
    [InlineData("arrow_list_pages", "lists")]
    [InlineData("arrow_list_pages_v2", "lists")]
    [InlineData("hyparquet_converted", "converted")]
    public void Reads_what_another_implementation_reads(string file, string expected)
    {
        JsonElement[] rows = [.. File.ReadLines(Path.Combine(Data, expected + ".jsonl")).Select(line => JsonDocument.Parse(line).RootElement)];

        int row = 0;
        using ByteSource source = ByteSource.OpenFile(Path.Combine(Data, file + ".parquet"));
        ParquetFile footer = ParquetFile.Open(source);
        using var reader = new ParquetReader(source, footer, [.. Enumerable.Range(0, footer.Columns.Count)], MemoryContext.Unlimited);
        for (int group = 0; group < footer.RowGroupCount; group++)
        {
            foreach (RecordBatch batch in reader.Read(group))
            {
                using (batch)
                {
                    for (int at = 0; at < batch.RowCount; at++, row++)
                    {
                        for (int column = 0; column < batch.ColumnCount; column++)
                        {
                            (string name, SqlType type) = footer.Columns[column];
                            Assert.True(
                                JsonComparison.Matches(rows[row].GetProperty(name), batch[column].GetValue(at), type),
                                $"row {row} column {name} {type}: {rows[row].GetProperty(name)} is read as {batch[column].GetValue(at) ?? "NULL"}");
                        }
                    }
                }
            }
        }

        Assert.Equal(rows.Length, row);
        Assert.Equal(rows.Length, footer.RowCount);
        Assert.True(rows.Length >= 100, "the fixture has rows");
    }

    [Fact]
    public void Keeps_text_that_is_dictionary_encoded_as_codes()
    {
        using ByteSource source = ByteSource.OpenFile(Path.Combine(Data, "duckdb_v1_snappy.parquet"));
        ParquetFile footer = ParquetFile.Open(source);
        using var reader = new ParquetReader(source, footer, [footer.FindColumn("word")], MemoryContext.Unlimited);

        using RecordBatch batch = reader.Read(0).First();

        DictionaryVector codes = Assert.IsType<DictionaryVector>(batch[0]);
        Assert.Equal(7, codes.Dictionary.Length);
    }

    [Fact]
    public void Reads_some_columns_in_any_order()
    {
        using ByteSource source = ByteSource.OpenFile(Path.Combine(Data, "duckdb_v1_snappy.parquet"));
        ParquetFile footer = ParquetFile.Open(source);
        using var reader = new ParquetReader(source, footer, [footer.FindColumn("u8"), footer.FindColumn("id")], MemoryContext.Unlimited);

        using RecordBatch batch = reader.Read(0).First();

        Assert.Equal((short)5, batch[0].GetValue(5));
        Assert.Equal(5L, batch[1].GetValue(5));
    }

    [Fact]
    public void Gives_all_memory_back()
    {
        var memory = new MemoryContext("test");
        using ByteSource source = ByteSource.OpenFile(Path.Combine(Data, "arrow_dictionary_falls_back.parquet"));
        ParquetFile footer = ParquetFile.Open(source);

        using (var reader = new ParquetReader(source, footer, [.. Enumerable.Range(0, footer.Columns.Count)], memory))
        {
            for (int group = 0; group < footer.RowGroupCount; group++)
            {
                foreach (RecordBatch batch in reader.Read(group))
                    batch.Dispose();
            }
        }

        Assert.True(memory.PeakBytes > 0);
        Assert.Equal(0, memory.Bytes);
    }

    [Fact]
    public void A_damaged_file_is_an_error_and_never_more()
    {
        byte[] good = File.ReadAllBytes(Path.Combine(Data, "arrow_v1_delta_snappy.parquet"));
        string path = Path.GetTempFileName();
        int errors = 0;
        try
        {
            var random = new Random(7);
            for (int attempt = 0; attempt < 300; attempt++)
            {
                byte[] bad = [.. good];
                for (int flip = 0; flip < 1 + attempt % 4; flip++)
                    bad[random.Next(bad.Length)] ^= (byte)(1 << random.Next(8));
                File.WriteAllBytes(path, bad);
                errors += TryRead(path) ? 0 : 1;
            }
        }
        finally
        {
            File.Delete(path);
        }
        Assert.InRange(errors, 30, 300);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(7)]
    [InlineData(2000)]
    public void A_cut_file_is_an_error(int length)
    {
        byte[] good = File.ReadAllBytes(Path.Combine(Data, "arrow_v1_delta_snappy.parquet"));
        string path = Path.GetTempFileName();
        File.WriteAllBytes(path, good.AsSpan(0, length));

        QueryException error = Assert.Throws<QueryException>(() =>
        {
            using ByteSource source = ByteSource.OpenFile(path);
            ParquetFile.Open(source);
        });

        File.Delete(path);
        Assert.Equal(ErrorCode.InvalidData, error.Code);
        Assert.Contains("parquet", error.Message, StringComparison.Ordinal);
    }

    private static bool TryRead(string path)
    {
        try
        {
            using ByteSource source = ByteSource.OpenFile(path);
            ParquetFile footer = ParquetFile.Open(source);
            using var reader = new ParquetReader(source, footer, [.. Enumerable.Range(0, footer.Columns.Count)], MemoryContext.Unlimited);
            for (int group = 0; group < footer.RowGroupCount; group++)
            {
                foreach (RecordBatch batch in reader.Read(group))
                    batch.Dispose();
            }
            return true;
        }
        catch (QueryException)
        {
            return false;
        }
    }
}
