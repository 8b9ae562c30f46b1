namespace QueryEngine.Fuzz.Tests.Queries;

/// <summary>The types that columns and expressions have.</summary>
internal enum FuzzType
{
    SmallInt,
    Integer,
    BigInt,
    Decimal,
    Double,
    Text,
    Boolean,
    Date,
    Timestamp,
    Real,
    Time,
    Char,
    TimestampTz,
    Interval,
    Uuid,
    Bytes,
    IntArray,
    Json,

    /// <summary>A number that systems compute to different last digits (an average): only ever an output that nothing compares.</summary>
    Inexact,
}

/// <summary>Names and literals of the types.</summary>
internal static class FuzzTypes
{
    /// <summary>What columns may have.</summary>
    public static readonly FuzzType[] OfColumns =
        [FuzzType.SmallInt, FuzzType.Integer, FuzzType.BigInt, FuzzType.Decimal, FuzzType.Double, FuzzType.Text, FuzzType.Boolean, FuzzType.Date, FuzzType.Timestamp];

    /// <summary>All of them.</summary>
    public static readonly FuzzType[] All =
        [.. OfColumns, FuzzType.Real, FuzzType.Time, FuzzType.Char, FuzzType.TimestampTz, FuzzType.Interval, FuzzType.Uuid, FuzzType.Bytes, FuzzType.IntArray, FuzzType.Json];

    private static readonly string[] _words = ["", "a", "b", "ab", "Ab", "abc", "x y", "%", "a_c", "zz", "é", "10", " a"];
    private static readonly string[] _dates = ["2020-02-29", "1999-12-31", "2000-01-01", "2021-03-01", "1970-01-01", "2024-12-30"];
    private static readonly string[] _extremes = ["NaN", "Infinity", "-Infinity", "1e300", "-0"];
    private static readonly string[] _offsets = ["+00", "+02", "-05:30"];
    private static readonly string[] _intervals = ["1 day 02:00:00", "1 month", "-3 months", "29 days", "12:00:30", "-01:30:00", "1 year 2 months", "00:00:00"];
    private static readonly string[] _arrays = ["array[1, 2, null]", "array[3]", "array[1, 2]", "cast(array[] as integer[])", "array[2, 1, 2]", "array[cast(null as integer)]"];
    private static readonly string[] _documents =
        ["{\"a\": 1, \"b\": [1, null, 2.50]}", "{\"b\": \"x\", \"a\": null}", "[]", "[1, \"a\", {\"a\": true}]", "{}", "null", "7", "\"a\"", "[2, 1]", "true", "{\"a\": {\"b\": -3}}"];

    private static readonly string[] _times = ["00:00:00", "23:59:59.999999", "12:30:00", "06:07:08.5"];

    /// <summary>The name in SQL.</summary>
    public static string Name(FuzzType type) => type switch
    {
        FuzzType.SmallInt => "smallint",
        FuzzType.Integer => "integer",
        FuzzType.BigInt => "bigint",
        FuzzType.Decimal => "decimal(12,2)",
        FuzzType.Double => "double precision",
        FuzzType.Text => "varchar",
        FuzzType.Boolean => "boolean",
        FuzzType.Date => "date",
        FuzzType.Timestamp => "timestamp",
        FuzzType.Real => "real",
        FuzzType.Time => "time",
        FuzzType.Char => "char(4)",
        FuzzType.TimestampTz => "timestamp with time zone",
        FuzzType.Interval => "interval",
        FuzzType.Uuid => "uuid",
        FuzzType.Bytes => "bytea",
        FuzzType.IntArray => "integer[]",
        FuzzType.Json => "jsonb",
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "no type of SQL"),
    };

    /// <summary>Whether PostgreSQL 15 has min and max of the type.</summary>
    public static bool HasExtremes(FuzzType type) => type is not (FuzzType.Boolean or FuzzType.Uuid or FuzzType.Bytes or FuzzType.Json);

    /// <summary>Whether values are whole numbers.</summary>
    public static bool IsWhole(FuzzType type) => type is FuzzType.SmallInt or FuzzType.Integer or FuzzType.BigInt;

    /// <summary>A literal that has exactly this type. Mostly of a small range, so that values meet each other; seldom an extreme one.</summary>
    public static string Literal(FuzzType type, Random random) => type switch
    {
        FuzzType.SmallInt => $"cast({Whole(random, short.MaxValue)} as smallint)",
        FuzzType.Integer => Whole(random, int.MaxValue),
        FuzzType.BigInt => $"cast({Whole(random, 1L << 53)} as bigint)",
        FuzzType.Decimal => $"cast({random.Next(-500, 500) / 100m} as decimal(12,2))",
        FuzzType.Double when random.Next(40) == 0 => $"cast('{_extremes[random.Next(_extremes.Length)]}' as double precision)",
        FuzzType.Double => $"cast({random.Next(-40, 40) / 4m} as double precision)",
        FuzzType.Text => $"'{_words[random.Next(_words.Length)]}'",
        FuzzType.Boolean => random.Next(2) == 0 ? "true" : "false",
        FuzzType.Date => $"date '{_dates[random.Next(_dates.Length)]}'",
        FuzzType.Timestamp => $"timestamp '{_dates[random.Next(_dates.Length)]} {_times[random.Next(_times.Length)]}'",
        FuzzType.Real => $"cast({random.Next(-40, 40) / 4m} as real)",
        FuzzType.Time => $"time '{_times[random.Next(_times.Length)]}'",
        FuzzType.Char => $"cast('{_words[random.Next(_words.Length)]}' as char(4))",
        FuzzType.TimestampTz =>
            $"timestamp with time zone '{_dates[random.Next(_dates.Length)]} {_times[random.Next(_times.Length)]}{_offsets[random.Next(_offsets.Length)]}'",
        FuzzType.Interval => $"interval '{_intervals[random.Next(_intervals.Length)]}'",
        FuzzType.Uuid => $"cast('00000000-0000-4000-8000-00000000000{random.Next(6)}' as uuid)",
        FuzzType.Bytes => $"decode('{(random.Next(4) == 0 ? "" : $"{random.Next(3):x2}ff")}', 'hex')",
        FuzzType.IntArray => _arrays[random.Next(_arrays.Length)],
        FuzzType.Json => $"cast('{_documents[random.Next(_documents.Length)]}' as jsonb)",
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "no literal"),
    };

    // Negative numbers stand in parentheses: -32768 as an operand must not become a difference.
    private static string Whole(Random random, long extreme)
    {
        long value = random.Next(30) switch { 0 => extreme, 1 => -extreme, _ => random.Next(-5, 10) };
        return value < 0 ? $"({value})" : $"{value}";
    }
}
