using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using QueryEngine.Spi;

namespace QueryEngine.Slt.Tests.Format;

/// <summary>Compares rows with what a file expects.</summary>
internal static class SltValues
{
    private const double Tolerance = 1e-6;

    /// <summary>What differs, or null when nothing does.</summary>
    public static string? Compare(SltFile file, SltQuery query, IReadOnlyList<SqlType> types, IReadOnlyList<object?[]> rows) =>
        file.IsCanon ? CompareCanon(query, types, rows) : CompareSqlite(query, types, rows);

    private static string? CompareCanon(SltQuery query, IReadOnlyList<SqlType> types, IReadOnlyList<object?[]> rows)
    {
        string[][] actual = [.. rows.Select(row => row.Select((value, column) => CanonText(types[column], value)).ToArray())];
        string[][] expected = [.. query.Expected.Select(line => line.Split('\t'))];
        if (actual.Length != expected.Length)
            return $"expected {expected.Length} rows, got {actual.Length}: {string.Join(" | ", actual.Take(5).Select(row => string.Join('\t', row)))}";
        if (query.Sort == SortMode.Rows)
        {
            Array.Sort(actual, CompareRows);
            Array.Sort(expected, CompareRows);
        }

        // Files made of PostgreSQL's answers have rows as it writes them.
        bool isPostgres = expected.Any(row => row.Any(value => value.StartsWith('(') || value.StartsWith('{'))) && types.Any(PostgresText.HasRow);
        if (isPostgres)
        {
            string[][] texts = [.. rows.Select(row => row.Select((value, column) => PostgresText.HasRow(types[column]) && value is not null
                ? PostgresText.Format(types[column], value) : CanonText(types[column], value)).ToArray())];
            if (query.Sort == SortMode.Rows)
                Array.Sort(texts, CompareRows);
            if (texts.Zip(expected).All(pair => pair.First.Length == pair.Second.Length && pair.First.Zip(pair.Second).All(values => IsSame(values.First, values.Second))))
                return null;
        }

        for (int row = 0; row < actual.Length; row++)
            if (actual[row].Length != expected[row].Length || !actual[row].Zip(expected[row], types).All(triple => IsSame(triple.First, triple.Second, triple.Third.Kind is not (TypeKind.Double or TypeKind.Real))))
                return $"row {row + 1}: expected [{string.Join('\t', expected[row])}], got [{string.Join('\t', actual[row])}]";
        return null;
    }

    // Numbers sort by value, so that 1.5 and 1.50 take the same place on both sides.
    private static int CompareRows(string[] left, string[] right)
    {
        for (int column = 0; column < Math.Min(left.Length, right.Length); column++)
        {
            int order = TryNumber(left[column], out double l) && TryNumber(right[column], out double r) && Math.Abs(l - r) > Tolerance * Math.Max(Math.Abs(l), Math.Abs(r))
                ? l.CompareTo(r)
                : TryNumber(left[column], out _) && TryNumber(right[column], out _) ? 0 : string.CompareOrdinal(left[column], right[column]);
            if (order != 0)
                return order;
        }

        return left.Length.CompareTo(right.Length);
    }

    private static bool IsSame(string actual, string expected, bool isExact = true)
    {
        if (actual == expected)
            return true;
        if (TryNumber(actual, out double l) && TryNumber(expected, out double r))
        {
            // Whole numbers that are no doubles are compared to the last digit, and only the sign of zero may differ.
            bool whole = isExact && actual.AsSpan().IndexOfAny('.', 'e', 'E') < 0 && expected.AsSpan().IndexOfAny('.', 'e', 'E') < 0 && double.IsFinite(l);
            return whole ? l == 0 && r == 0 : l.Equals(r) || Math.Abs(l - r) <= Tolerance * Math.Max(Math.Abs(l), Math.Abs(r));
        }

        if (NormalizeTime(actual) == NormalizeTime(expected))
            return true;

        // PostgreSQL writes a row's values alone: (1,2).
        if (actual is ['{', ..] && expected is ['(', .., ')'])
            return expected[1..^1].Split(',') is var values && SplitFields(actual) is var fields && values.Length == fields.Length
                && values.Zip(fields).All(pair => IsSame(pair.Second, pair.First));

        // Inside arrays, rows and maps numbers compare by value too.
        return actual.Length > 0 && actual[0] is '[' or '{' && SameNested(actual, expected);
    }

    private static bool SameNested(string actual, string expected)
    {
        string[] left = SplitNested(actual), right = SplitNested(expected);
        return left.Length == right.Length && left.Length > 1 && left.Zip(right).All(pair => IsSame(pair.First, pair.Second));
    }

    private static string[] SplitFields(string row) => [.. row[1..^1].Split(", ").Select(field => field[(field.IndexOf(": ", StringComparison.Ordinal) + 2)..])];

    private static string[] SplitNested(string text) =>
        text.Split(['[', ']', '{', '}', ',', ':'], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) is { Length: > 0 } parts
            ? [text.Count(symbol => symbol is '[' or '{').ToString(CultureInfo.InvariantCulture), .. parts.Select(part => part.Trim('\'', '"'))]
            : [text];

    private static string NormalizeTime(string text)
    {
        if (text.Length < 10 || !char.IsAsciiDigit(text[0]))
            return text;
        string normalized = text.Replace('T', ' ').Replace(" UTC", string.Empty, StringComparison.Ordinal);
        foreach (string zone in new[] { "+00:00", "+00", "Z" })
            if (normalized.EndsWith(zone, StringComparison.Ordinal))
                normalized = normalized[..^zone.Length];
        if (normalized.Contains('.', StringComparison.Ordinal))
            normalized = normalized.TrimEnd('0').TrimEnd('.');
        return normalized.EndsWith(" 00:00:00", StringComparison.Ordinal) ? normalized[..^9] : normalized;
    }

    // Engines write the numbers beyond all others in their own ways: inf, Infinity, nan.
    private static bool TryNumber(string text, out double number)
    {
        number = text.ToUpperInvariant() switch
        {
            "INF" or "+INF" or "INFINITY" => double.PositiveInfinity,
            "-INF" or "-INFINITY" => double.NegativeInfinity,
            _ => 0,
        };
        return number != 0 || double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out number);
    }

    private static string CanonText(SqlType type, object? value)
    {
        if (value is null)
            return "NULL";
        string text = SqlValueText.Format(type, value);
        return text.Length == 0 ? "(empty)" : text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal).Replace("\t", "\\t", StringComparison.Ordinal).Replace("\\\\", "\\", StringComparison.Ordinal);
    }

    private static string? CompareSqlite(SltQuery query, IReadOnlyList<SqlType> types, IReadOnlyList<object?[]> rows)
    {
        string[][] texts = [.. rows.Select(row => row.Select((value, column) => SqliteText(query.Types.ElementAtOrDefault(column), types[column], value)).ToArray())];
        if (query.Sort == SortMode.Rows)
            Array.Sort(texts, (left, right) => left.Zip(right, string.CompareOrdinal).FirstOrDefault(order => order != 0));
        string[] values = [.. texts.SelectMany(row => row)];
        if (query.Sort == SortMode.Values)
            Array.Sort(values, string.CompareOrdinal);

        if (query.Expected is [var line] && line.Contains(" values hashing to ", StringComparison.Ordinal))
        {
            string actual = $"{values.Length} values hashing to {Hash(values)}";
            return actual == line ? null : $"expected {line}, got {actual}";
        }

        if (values.SequenceEqual(query.Expected))
            return null;
        return $"expected [{string.Join(", ", query.Expected.Take(20))}], got [{string.Join(", ", values.Take(20))}]";
    }

    private static string SqliteText(char kind, SqlType type, object? value)
    {
        if (value is null)
            return "NULL";
        switch (kind)
        {
            case 'I':
                if (value is bool boolean)
                    return boolean ? "1" : "0";
                string whole = SqlValueText.Format(type, value);
                if (type.Kind is TypeKind.BigInt or TypeKind.Integer)
                    return whole;

                // Asked for an integer, SQLite truncates numbers and makes 0 of other text.
                return double.TryParse(whole, NumberStyles.Float, CultureInfo.InvariantCulture, out double number)
                    ? ((long)number).ToString(CultureInfo.InvariantCulture)
                    : "0";
            case 'R':
                return double.Parse(SqlValueText.Format(type, value), CultureInfo.InvariantCulture).ToString("F3", CultureInfo.InvariantCulture);
            default:
                string text = SqlValueText.Format(type, value);
                return text.Length == 0 ? "(empty)" : new string([.. text.Select(symbol => symbol is < ' ' or > '~' ? '@' : symbol)]);
        }
    }

    // The corpus hashes with MD5; nothing here is a secret.
#pragma warning disable CA5351
    private static string Hash(IEnumerable<string> values) =>
        Convert.ToHexStringLower(MD5.HashData(Encoding.UTF8.GetBytes(string.Concat(values.Select(value => value + "\n")))));
#pragma warning restore CA5351
}
