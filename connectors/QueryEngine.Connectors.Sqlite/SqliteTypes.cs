using System.Globalization;
using QueryEngine.Connectors.AdoNet;
using QueryEngine.Spi;

namespace QueryEngine.Connectors.Sqlite;

/// <summary>
/// Declared types of SQLite to SQL types. SQLite keeps any value in any column; the declared type says what to expect, and a value of
/// another kind is an error when it is read.
/// </summary>
internal static class SqliteTypes
{
    private const string Dates = "dates and times have more than one form in SQLite (text, julian day, unix seconds)";
    private const string Decimals = "decimals are floating point numbers in SQLite";

    /// <summary>The column of a declared type; <paramref name="collation"/> is null where it is BINARY.</summary>
    public static SqlColumn ToColumn(string name, string declared, string? collation)
    {
        SqlType? type = ToType(declared);
        var column = new SqlColumn(name, type ?? SqlType.Varchar, declared.Length == 0 ? "any" : declared) { Collation = collation };
        return type?.Kind switch
        {
            null => column with { IsCastToText = true },
            TypeKind.Decimal => column with { Comparison = SqlComparison.None, Reason = Decimals },
            TypeKind.Number => column with { Comparison = SqlComparison.None, Reason = "numbers of any size are text in SQLite" },
            TypeKind.Date or TypeKind.Time or TypeKind.Timestamp => column with { Comparison = SqlComparison.None, Reason = Dates },
            TypeKind.Json or TypeKind.Uuid => column with { Comparison = SqlComparison.None, Reason = $"{type} is text or bytes in SQLite" },
            _ => column,
        };
    }

    /// <summary>The type that a declared type stands for; null where it says nothing about the values.</summary>
    public static SqlType? ToType(string declared)
    {
        (string name, int[] arguments) = Split(declared);
        switch (name)
        {
            case "BOOLEAN" or "BOOL": return SqlType.Boolean;
            case "DATE": return SqlType.Date;
            case "TIME": return SqlType.Time;
            case "TIMESTAMP" or "DATETIME": return SqlType.Timestamp;
            case "JSON" or "JSONB" or "JSON TEXT": return SqlType.Json;
            case "UUID" or "GUID" or "UNIQUEIDENTIFIER": return SqlType.Uuid;
            case "DECIMAL" or "NUMERIC" or "DEC" or "DECIMAL TEXT": return ToDecimal(arguments);
            case "NUMERIC TEXT": return SqlType.Number;
            case "CHAR" or "CHARACTER" or "NCHAR" or "NATIVE CHARACTER":
                return arguments is [>= 1 and int length] ? SqlType.Char(length) : SqlType.Varchar;
        }

        // The rules of SQLite's type affinity, in its order.
        if (name.Contains("INT", StringComparison.Ordinal))
            return SqlType.BigInt;
        if (Contains(name, "CHAR", "CLOB", "TEXT"))
            return SqlType.Varchar;
        if (name.Contains("BLOB", StringComparison.Ordinal) || name is "VARBINARY" or "BINARY" or "BYTEA")
            return SqlType.Varbinary;
        return Contains(name, "REAL", "FLOA", "DOUB") ? SqlType.Double : null;
    }

    private static DecimalType ToDecimal(int[] arguments) => arguments switch
    {
        [var precision and >= 1 and <= 38, var scale and >= 0] when scale <= precision => SqlType.Decimal(precision, scale),
        [var precision and >= 1 and <= 38] => SqlType.Decimal(precision, 0),
        _ => SqlType.Decimal(DecimalType.MaxPrecision, 10),
    };

    private static bool Contains(string name, params ReadOnlySpan<string> parts)
    {
        foreach (string part in parts)
            if (name.Contains(part, StringComparison.Ordinal))
                return true;
        return false;
    }

    // "decimal (10, 2)" is DECIMAL and [10, 2].
    private static (string Name, int[] Arguments) Split(string declared)
    {
        int open = declared.IndexOf('(', StringComparison.Ordinal);
        int close = declared.LastIndexOf(')');
        string name = (open < 0 ? declared : declared[..open]).Trim().ToUpperInvariant();
        if (open < 0 || close < open)
            return (name, []);

        string[] parts = declared[(open + 1)..close].Split(',', StringSplitOptions.TrimEntries);
        var arguments = new List<int>();
        foreach (string part in parts)
            if (int.TryParse(part, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int argument))
                arguments.Add(argument);
        return (name, arguments.Count == parts.Length ? [.. arguments] : []);
    }
}
