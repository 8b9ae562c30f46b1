using QueryEngine.Connectors.Formats;
using QueryEngine.Connectors.Formats.Json;
using QueryEngine.Connectors.Tests.Servers;
using QueryEngine.Spi;
using Xunit;

namespace QueryEngine.Connectors.Tests.Formats;

/// <summary>Files of JSON lines, written and read.</summary>
public sealed class JsonLinesTests : IDisposable
{
    private readonly string _path = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.jsonl");

    public void Dispose() => File.Delete(_path);

    [Fact]
    public void Random_columns_read_back_whatever_the_splits_are()
    {
        var random = new RandomColumns(31);
        FormatColumn[] columns =
        [
            .. RandomColumns.Scalars.Where(type => type is not (TimeType or TimestampType { Precision: > 6 } or { Kind: TypeKind.Json or TypeKind.TimestampWithTimeZone }))
                .Append(SqlType.Array(SqlType.Row(new RowField("a", SqlType.Double), new RowField("b b", SqlType.Map(SqlType.Varchar, SqlType.Decimal(38, 5))))))
                .Select((type, place) => new FormatColumn($"c \"{place}\"", type)),
        ];
        object?[][] rows = [.. Enumerable.Range(0, 500).Select(_ => columns.Select(column => random.Value(column.Type, 0.2)).ToArray())];
        Write(columns, rows);

        foreach (long step in (long[])[long.MaxValue, 5000, 333])
        {
            List<object?[]> read = Read(columns, step);
            Assert.Equal(rows.Length, read.Count);
            for (int row = 0; row < rows.Length; row++)
                Assert.Equal(rows[row], read[row]);
        }
    }

    [Fact]
    public async Task DuckDB_reads_what_we_write()
    {
        FormatColumn[] columns = [new("id", SqlType.BigInt), new("t", SqlType.Varchar), new("d", SqlType.Decimal(20, 3)), new("l", SqlType.Array(SqlType.Varchar))];
        var random = new RandomColumns(32);
        object?[][] rows = [.. Enumerable.Range(0, 800).Select(id => new[] { (long)id, random.Value(SqlType.Varchar, 0.1), random.Value(SqlType.Decimal(18, 3), 0.1) is long d ? (Int128)d : null, random.Value(columns[3].Type, 0.1) })];
        Write(columns, rows);

        Assert.Equal(
            [$"{rows.Length}|{rows.Count(row => row[1] is not null)}|{rows.Sum(row => row[3] is ValueList<object?> list ? list.Count : 0)}"],
            await ForeignReader.QueryAsync($"SELECT count(*) || '|' || count(t) || '|' || sum(coalesce(len(l), 0)) FROM read_json('{_path}', format = 'newline_delimited')"));
    }

    [Fact]
    public void Columns_are_the_names_of_all_objects()
    {
        File.WriteAllText(_path, """
            {"a": 1, "b": "x", "c": [1, 2], "d": {"e": 1}, "g": null}
            {"a": 2.5, "b": null, "c": [], "d": {"f": "y"}, "h": true}

            {"b": 7, "c": [1.5], "d": null, "g": {}}
            """);

        using ByteSource source = ByteSource.OpenFile(_path);
        JsonLinesShape shape = JsonLinesSniffer.Sniff(source);

        Assert.Equal(
            ["a double", "b json", "c array(double)", "d row(\"e\" bigint,\"f\" varchar)", "g json", "h boolean"],
            shape.Columns.Select(column => $"{column.Name} {column.Type}"));
        Assert.Equal([[2.5, "null"], [null, "7"]], Read([new("a", SqlType.Double), new("b", SqlType.Json)], long.MaxValue).Skip(1).Select(row => row.ToArray()));
    }

    [Theory]
    [InlineData("{\"a\": 1}\n[2]\n", "not a JSON object")]
    [InlineData("{\"a\": 1}\n{\"a\": \"x\"}\n", "column 'a': \"x\" is not of type bigint")]
    [InlineData("{\"a\": 1}\n{\"a\": 1", "at byte 9")]
    [InlineData("{\"a\": 1} {\"a\": 2}\n", "at byte 0")]
    [InlineData("{\"a\": 9223372036854775808}\n", "is not of type bigint")]
    public void A_wrong_line_is_an_error_that_names_it(string text, string expected)
    {
        File.WriteAllText(_path, text);

        QueryException error = Assert.Throws<QueryException>(() => Read([new("a", SqlType.BigInt)], long.MaxValue));

        Assert.Equal(ErrorCode.InvalidData, error.Code);
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    private void Write(FormatColumn[] columns, object?[][] rows)
    {
        using FileStream stream = File.Create(_path);
        using var writer = new JsonLinesWriter(stream, columns);
        using RecordBatch batch = ConnectorWriting.Batch([.. columns.Select(column => column.Type)], rows);
        writer.Write(batch);
        writer.Finish();
    }

    private List<object?[]> Read(FormatColumn[] columns, long step)
    {
        using ByteSource source = ByteSource.OpenFile(_path);
        var rows = new List<object?[]>();
        for (long start = 0; start < source.Length; start += step)
        {
            foreach (RecordBatch batch in JsonLinesReader.Read(source, columns, start, step == long.MaxValue ? step : start + step, MemoryContext.Unlimited))
                using (batch)
                    for (int row = 0; row < batch.RowCount; row++)
                        rows.Add([.. Enumerable.Range(0, columns.Length).Select(column => batch[column].GetValue(row))]);
            if (step == long.MaxValue)
                break;
        }
        return rows;
    }
}
