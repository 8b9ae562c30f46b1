using QueryEngine.Arrow;
using QueryEngine.Spi;

namespace QueryEngine.Wire.Tests.Arrow;

/// <summary>Batches with a column of every type, of edge values and of random ones.</summary>
internal static class SampleBatches
{
    /// <summary>Every type, with values that are easy to get wrong.</summary>
    public static readonly (string Name, SqlType Type, object?[] Edges)[] Columns =
    [
        ("flag", SqlType.Boolean, [true, false]),
        ("tiny", SqlType.TinyInt, [sbyte.MinValue, sbyte.MaxValue, (sbyte)0]),
        ("small", SqlType.SmallInt, [short.MinValue, short.MaxValue]),
        ("int", SqlType.Integer, [int.MinValue, int.MaxValue]),
        ("big", SqlType.BigInt, [long.MinValue, long.MaxValue, 9007199254740993L]),
        ("real", SqlType.Real, [1.5f, float.NaN, float.NegativeInfinity]),
        ("double", SqlType.Double, [Math.PI, double.NaN, -0.0, double.MaxValue]),
        ("dec_short", SqlType.Decimal(15, 2), [-999_999_999_999_999L, 999_999_999_999_999L, -1L, 0L]),
        ("dec_long", SqlType.Decimal(38, 10), [Int128.Parse("-99999999999999999999999999999999999999", null), (Int128)1, (Int128)(-1)]),
        ("text", SqlType.Varchar, ["", "grüße 🌍", "a\0b"]),
        ("text_n", SqlType.VarcharOf(5), ["abcde"]),
        ("char_n", SqlType.Char(3), ["ab"]),
        ("bin", SqlType.Varbinary, [ValueList.Create<byte>([0, 255, 10]), ValueList.Create<byte>([])]),
        ("day", SqlType.Date, [-719_162, 0, 2_932_896]),
        ("time3", SqlType.TimeOf(3), [86_399_999_000L, 0L]),
        ("time9", SqlType.TimeOf(9), [86_399_999_999_999L]),
        ("ts", SqlType.Timestamp, [-62_135_596_800_000_000L, 253_402_300_799_999_999L]),
        ("ts0", SqlType.TimestampOf(0), [1_000_000L]),
        ("ts9", SqlType.TimestampOf(9), [-1L, 1_700_000_000_123_456_789L]),
        ("tstz", SqlType.TimestampWithTimeZone, [-1L, 1_700_000_000_123_456L]),
        ("months", SqlType.IntervalYearToMonth, [-14, 14]),
        ("interval", SqlType.Interval, [new Interval(-14, 3, -5).Bits, new Interval(0, 0, long.MaxValue / 1000).Bits]),
        ("span", SqlType.IntervalDayToSecond, [-1L, 90_061_000_001L]),
        ("id", SqlType.Uuid, [UInt128.Parse("123456789012345678901234567890123456789", null), UInt128.Zero]),
        ("doc", SqlType.Json, ["{\"a\": [1, null]}", "null"]),
        ("nothing", SqlType.Unknown, []),
        ("list", SqlType.Array(SqlType.Integer), [List(1, null, 3), List()]),
        ("lists", SqlType.Array(SqlType.Array(SqlType.Char(2))), [List(List("x"), null, List()), List()]),
        ("map", SqlType.Map(SqlType.Varchar, SqlType.Decimal(10, 1)), [Map(("a", 1L), ("b", null)), Map()]),
        ("row", SqlType.Row(new RowField("x", SqlType.BigInt), new RowField(null, SqlType.VarcharOf(9))), [List(7L, "seven"), List(null, null)]),
    ];

    /// <summary>The schema of <see cref="Columns"/>.</summary>
    public static ArrowSchema Schema => new(Columns.Select(column => new ArrowField(column.Name, column.Type)).ToValueList())
    {
        Metadata = [new("origin", "test")],
    };

    /// <summary>Rows drawn from the edges and nulls, the same for the same seed.</summary>
    public static object?[][] Rows(int count, int seed)
    {
        var random = new Random(seed);
        object?[][] rows = new object?[count][];
        for (int row = 0; row < count; row++)
        {
            rows[row] = [.. Columns.Select(column => random.Next(column.Edges.Length + 1) is var choice && choice < column.Edges.Length
                ? column.Edges[choice]
                : null)];
        }

        return rows;
    }

    /// <summary>A batch of those rows.</summary>
    public static RecordBatch Batch(object?[][] rows, MemoryContext memory)
    {
        using var builder = new BatchBuilder(Columns.Select(column => column.Type), memory);
        foreach (object?[] row in rows)
            builder.AppendRow(row);
        return builder.Build();
    }

    /// <summary>The boxed values of a batch, row by row.</summary>
    public static object?[][] RowsOf(RecordBatch batch)
    {
        object?[][] rows = new object?[batch.RowCount][];
        for (int row = 0; row < rows.Length; row++)
        {
            rows[row] = new object?[batch.ColumnCount];
            for (int column = 0; column < batch.ColumnCount; column++)
                rows[row][column] = batch[column].GetValue(row);
        }

        return rows;
    }

    private static ValueList<object?> List(params object?[] values) => values.ToValueList();

    private static ValueList<KeyValuePair<object, object?>> Map(params (string Key, object? Value)[] entries) =>
        entries.Select(entry => new KeyValuePair<object, object?>(entry.Key, entry.Value)).ToValueList();
}
