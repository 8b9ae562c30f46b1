using System.Globalization;
using System.Numerics;
using System.Text;
using System.Text.Json;
using QueryEngine.Spi;

namespace QueryEngine.Connectors.Tests.Formats;

/// <summary>Compares boxed values with the JSON that DuckDB writes of the same ones.</summary>
internal static class JsonComparison
{
    public static bool Matches(JsonElement expected, object? actual, SqlType type)
    {
        if (expected.ValueKind == JsonValueKind.Null || actual is null)
            return expected.ValueKind == JsonValueKind.Null && actual is null;

        return type switch
        {
            { Kind: TypeKind.Boolean } => expected.GetBoolean() == (bool)actual,
            { IsInteger: true } => expected.GetInt64() == Convert.ToInt64(actual, CultureInfo.InvariantCulture),
            { Kind: TypeKind.Real } => (float)expected.GetDouble() == (float)actual,
            { Kind: TypeKind.Double } => expected.GetDouble() == (double)actual,
            DecimalType number => Unscaled(expected.GetRawText(), number.Scale) == BigInteger.Parse(actual.ToString()!, CultureInfo.InvariantCulture),
            { IsText: true } => expected.GetString() == (string)actual,
            { Kind: TypeKind.Json } => Compact(expected.GetRawText()) == Compact((string)actual),
            { Kind: TypeKind.Varbinary } => Bytes(expected.GetString()!).SequenceEqual((ValueList<byte>)actual),
            { Kind: TypeKind.Uuid } => expected.GetString()!.Replace("-", "", StringComparison.Ordinal) == ((UInt128)actual).ToString("x32", CultureInfo.InvariantCulture),
            { Kind: TypeKind.Date } => DateOnly.Parse(expected.GetString()!, CultureInfo.InvariantCulture).DayNumber - 719_162 == (int)actual,
            TimeType { Precision: > 6 } => Nanos("1970-01-01 " + expected.GetString()) == (long)actual,
            TimeType => Nanos("1970-01-01 " + expected.GetString()) == (long)actual * 1000,
            TimestampType { Precision: > 6 } => Nanos(expected.GetString()!) == (long)actual,
            TimestampType => Nanos(expected.GetString()!) == (long)actual * 1000,
            TimestampWithTimeZoneType => Nanos(expected.GetString()!.Replace("+00", "", StringComparison.Ordinal)) == (long)actual * 1000,
            IntervalType => Days(expected.GetString()!) * 86_400_000_000 == (long)actual,
            ArrayType list => MatchesList(expected, (ValueList<object?>)actual, list.Element),
            RowType row => MatchesRow(expected, (ValueList<object?>)actual, row),
            MapType map => MatchesMap(expected, actual, map),
            _ => throw new ArgumentException($"type {type}"),
        };
    }

    private static bool MatchesList(JsonElement expected, ValueList<object?> actual, SqlType element) =>
        expected.GetArrayLength() == actual.Count && expected.EnumerateArray().Zip(actual).All(pair => Matches(pair.First, pair.Second, element));

    private static bool MatchesRow(JsonElement expected, ValueList<object?> actual, RowType row) =>
        row.Fields.Zip(actual).All(pair => Matches(expected.GetProperty(pair.First.Name!), pair.Second, pair.First.Type));

    private static bool MatchesMap(JsonElement expected, object actual, MapType map)
    {
        var pairs = ((IEnumerable<KeyValuePair<object, object?>>)actual).ToList();
        var properties = expected.EnumerateObject().ToList();
        return pairs.Count == properties.Count
            && pairs.Zip(properties).All(pair => pair.First.Key.Equals(pair.Second.Name) && Matches(pair.Second.Value, pair.First.Value, map.Value));
    }

    private static BigInteger Unscaled(string number, int scale)
    {
        int point = number.IndexOf('.', StringComparison.Ordinal);
        string fraction = point < 0 ? "" : number[(point + 1)..];
        string whole = point < 0 ? number : number[..point];
        return BigInteger.Parse(whole + fraction.PadRight(scale, '0')[..scale], CultureInfo.InvariantCulture);
    }

    private static Int128 Nanos(string text)
    {
        int point = text.IndexOf('.', StringComparison.Ordinal);
        string seconds = point < 0 ? text : text[..point];
        string fraction = point < 0 ? "" : text[(point + 1)..];
        var moment = DateTime.ParseExact(seconds, "yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
        Int128 whole = (moment - DateTime.UnixEpoch).Ticks * (Int128)100;
        return whole + long.Parse(fraction.PadRight(9, '0'), CultureInfo.InvariantCulture);
    }

    private static long Days(string interval) =>
        interval == "00:00:00" ? 0 : long.Parse(interval.Split(' ')[0], CultureInfo.InvariantCulture);

    private static string Compact(string json) => JsonSerializer.Serialize(JsonDocument.Parse(json).RootElement);

    private static List<byte> Bytes(string text)
    {
        var bytes = new List<byte>();
        for (int at = 0; at < text.Length; at++)
        {
            if (text[at] == '\\' && text[at + 1] == 'x')
            {
                bytes.Add(byte.Parse(text.AsSpan(at + 2, 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture));
                at += 3;
            }
            else
            {
                bytes.AddRange(Encoding.UTF8.GetBytes(text[at].ToString()));
            }
        }
        return bytes;
    }
}
