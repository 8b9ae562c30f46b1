using System.Text.Json;
using QueryEngine.Arrow;
using QueryEngine.Spi;
using QueryEngine.Wire.Tests.Support;

namespace QueryEngine.Wire.Tests.Arrow;

/// <summary>Our Arrow data against npm's apache-arrow, both ways, as stream and as file.</summary>
public sealed class ForeignArrowTests : IDisposable
{
    private readonly MemoryContext _memory = new("test");
    private readonly string _folder = Directory.CreateTempSubdirectory("queryengine-arrow-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("stream", "stream")]
    [InlineData("file", "file")]
    [InlineData("stream", "file")]
    public async Task What_we_write_comes_back_the_same_after_apache_arrow_read_and_wrote_it(string ours, string theirs)
    {
        object?[][] rows = SampleBatches.Rows(300, seed: 11);
        await WriteAsync(ours, SampleBatches.Schema, [SampleBatches.Batch(rows[..200], _memory), SampleBatches.Batch(rows[200..], _memory)]);

        await NodeProject.RunAsync("arrow.js", "rewrite", PathOf("ours"), PathOf("theirs"), theirs);
        (ArrowSchema schema, List<object?[]> read) = await ReadAsync("theirs", theirs);

        Assert.Equal(SampleBatches.Schema.Fields, schema.Fields);
        for (int column = 0; column < SampleBatches.Columns.Length; column++)
            Assert.Equal(rows.Select(row => row[column]), read.Select(row => row[column]));
    }

    [Fact]
    public async Task Apache_arrow_sees_the_types_and_values_that_we_wrote()
    {
        object?[][] rows = SampleBatches.Rows(60, seed: 12);
        await WriteAsync("stream", SampleBatches.Schema, [SampleBatches.Batch(rows, _memory)]);

        JsonElement seen = await NodeProject.RunJsonAsync("arrow.js", "describe", PathOf("ours"));

        var types = seen.GetProperty("columns").EnumerateArray().ToDictionary(
            column => column.GetProperty("name").GetString()!, column => column.GetProperty("type").GetString()!);
        Assert.Equal("Bool", types["flag"]);
        Assert.Equal("Int8", types["tiny"]);
        Assert.Equal("Decimal[15e+2]", types["dec_short"]);
        Assert.Equal("Decimal[38e+10]", types["dec_long"]);
        Assert.Equal("Utf8", types["char_n"]);
        Assert.Equal("Binary", types["bin"]);
        Assert.Equal("Date32<DAY>", types["day"]);
        Assert.Equal("Time64<MICROSECOND>", types["time3"]);
        Assert.Equal("Timestamp<NANOSECOND>", types["ts9"]);
        Assert.Equal("Timestamp<MICROSECOND, UTC>", types["tstz"]);
        Assert.Equal("Interval<YEAR_MONTH>", types["months"]);
        Assert.Equal("Duration<MICROSECOND>", types["span"]);
        Assert.Equal("FixedSizeBinary[16]", types["id"]);
        Assert.Equal("Null", types["nothing"]);
        Assert.Equal("List<Int32>", types["list"]);
        Assert.Equal("test", seen.GetProperty("metadata").GetProperty("origin").GetString());

        AssertValues(seen, "big", rows, value => ((long)value).ToString(null, null));
        AssertValues(seen, "dec_short", rows, value => ((long)value).ToString(null, null));
        AssertValues(seen, "dec_long", rows, value => ((Int128)value).ToString(null, null));
        AssertValues(seen, "text", rows, value => (string)value);
        AssertValues(seen, "id", rows, value => ((UInt128)value).ToString("x32", null));
        AssertValues(seen, "bin", rows, value => Convert.ToHexStringLower(((ValueList<byte>)value).AsSpan()));
        AssertValues(seen, "flag", rows, value => (bool)value ? "True" : "False");
        AssertValues(seen, "list", rows, value => $"[{string.Join(",", ((ValueList<object?>)value).Select(item => item?.ToString() ?? "null"))}]");
    }

    [Fact]
    public async Task Apache_arrow_reads_our_dictionaries_and_their_replacements()
    {
        ArrowSchema schema = new([new ArrowField("word", SqlType.VarcharOf(10))]);
        await WriteAsync("stream", schema, [Words("red", "blue"), Words("green", "red")]);

        JsonElement seen = await NodeProject.RunJsonAsync("arrow.js", "describe", PathOf("ours"));

        JsonElement column = seen.GetProperty("columns")[0];
        Assert.Equal("Dictionary<Int32, Utf8>", column.GetProperty("type").GetString());
        string[] values = [.. column.GetProperty("values").EnumerateArray().Select(value => value.GetString()!)];
        Assert.Equal(80, values.Length);
        Assert.Equal(["red", "blue", "red"], values[..3]);
        Assert.Equal(["green", "red", "green"], values[40..43]);

        RecordBatch Words(params object?[] words)
        {
            ColumnVector dictionary = VectorBuilder.FromBoxed(SqlType.VarcharOf(10), words, _memory);
            NativeBuffer indices = _memory.Allocate(40 * sizeof(int));
            for (int row = 0; row < 40; row++)
                indices.Span<int>(40)[row] = row % words.Length;
            return new RecordBatch([new DictionaryVector(dictionary, 40, indices)], 40);
        }
    }

    [Theory]
    [InlineData("stream")]
    [InlineData("file")]
    public async Task Types_that_only_others_write_are_read(string format)
    {
        await NodeProject.RunAsync("arrow.js", "make", PathOf("theirs"), format);

        (ArrowSchema schema, List<object?[]> rows) = await ReadAsync("theirs", format);

        var columns = schema.Fields.Select((field, index) => (field, index)).ToDictionary(
            entry => entry.field.Name, entry => (entry.field.Type, Values: rows.Select(row => row[entry.index]).ToArray()));
        AssertColumn("u8", SqlType.SmallInt, (short)0, (short)255, null);
        AssertColumn("u16", SqlType.Integer, 0, 65535, null);
        AssertColumn("u32", SqlType.BigInt, 0L, 4294967295L, null);
        AssertColumn("u64", SqlType.Decimal(20, 0), (Int128)0, (Int128)ulong.MaxValue, null);
        AssertColumn("f16", SqlType.Real, 0f, 1.5f, null);
        AssertColumn("text", SqlType.Varchar, "a", "ü", null);
        AssertColumn("word", SqlType.Varchar, "x", "y", null);
        AssertColumn("number", SqlType.Integer, 7, 8, null);
        AssertColumn("date", SqlType.Date, 0, 3, null);
        AssertColumn("seconds", SqlType.TimeOf(0), 1_000_000L, 86_399_000_000L, null);
        AssertColumn("millis", SqlType.TimeOf(3), 1000L, 86_399_999_000L, null);
        AssertColumn("stamp", SqlType.TimestampOf(0), -1_000_000L, 1_000_000L, null);
        AssertColumn("zoned", SqlType.TimestampWithTimeZoneOf(3), -1000L, 1_700_000_000_123_000L, null);
        AssertColumn("duration", SqlType.IntervalDayToSecond, 1_000_000L, -5_000_000L, null);
        AssertColumn("days", SqlType.IntervalDayToSecond, 86_400_002_000L, -86_400_000_000L, null);
        AssertColumn("fixed", SqlType.Varbinary, ValueList.Create<byte>([1, 2]), ValueList.Create<byte>([3, 4]), null);
        AssertColumn("pairs", SqlType.Array(SqlType.SmallInt), List((short)1, (short)2), List((short)3, null), null);
        AssertColumn(
            "point", SqlType.Row(new RowField("x", SqlType.Integer), new RowField("y", SqlType.Varchar)), List(1, "a"), List(null, "b"), null);

        void AssertColumn(string name, SqlType type, params object?[] values)
        {
            Assert.Equal(type, columns[name].Type);
            Assert.Equal(values, columns[name].Values);
        }

        static object List(params object?[] values) => values.ToValueList();
    }

    private static void AssertValues(JsonElement seen, string name, object?[][] rows, Func<object, string> show)
    {
        int column = Array.FindIndex(SampleBatches.Columns, candidate => candidate.Name == name);
        IEnumerable<string?> values = seen.GetProperty("columns")[column].GetProperty("values").EnumerateArray()
            .Select(value => value.ValueKind == JsonValueKind.Null ? null : value.ToString());
        Assert.Equal(rows.Select(row => row[column] is { } value ? show(value) : null), values);
    }

    private async Task WriteAsync(string format, ArrowSchema schema, RecordBatch[] batches)
    {
        await using FileStream stream = File.Create(PathOf("ours"));
        using var streamWriter = new ArrowStreamWriter(stream, schema, _memory);
        using var fileWriter = new ArrowFileWriter(stream, schema, _memory);
        foreach (RecordBatch batch in batches)
        {
            using (batch)
                await (format == "file" ? fileWriter.WriteAsync(batch) : streamWriter.WriteAsync(batch));
        }

        await (format == "file" ? fileWriter.FinishAsync() : streamWriter.FinishAsync());
    }

    private async Task<(ArrowSchema Schema, List<object?[]> Rows)> ReadAsync(string name, string format)
    {
        await using FileStream stream = File.OpenRead(PathOf(name));
        using ArrowFileReader? file = format == "file" ? await ArrowFileReader.OpenAsync(stream, _memory) : null;
        using var reader = new ArrowStreamReader(stream, _memory);
        List<object?[]> rows = [];
        await foreach (RecordBatch batch in file?.ReadAsync() ?? reader.ReadAsync())
        {
            using (batch)
                rows.AddRange(SampleBatches.RowsOf(batch));
        }

        return (file?.Schema ?? await reader.ReadSchemaAsync(), rows);
    }

    private string PathOf(string name) => Path.Combine(_folder, name);
}
