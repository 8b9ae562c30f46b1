using QueryEngine.Connectors.AdoNet;
using QueryEngine.Spi;

namespace QueryEngine.Connectors.PostgreSql;

/// <summary>Values as typed literals: <c>'5'::bigint</c>. Text is safe whatever standard_conforming_strings is.</summary>
internal sealed class PostgresLiterals : ISqlValues
{
    public static readonly PostgresLiterals Instance = new();

    /// <summary>A text in quotes; null when the server cannot hold it.</summary>
    public static string? Quote(string text)
    {
        if (text.Contains('\0', StringComparison.Ordinal) || !SqlLiterals.IsWellFormed(text))
            return null;
        string quoted = text.Replace("'", "''", StringComparison.Ordinal);

        // A backslash means itself or not by a setting of the server; in E'' it always has to be doubled.
        return quoted.Contains('\\', StringComparison.Ordinal) ? $"E'{quoted.Replace("\\", "\\\\", StringComparison.Ordinal)}'" : $"'{quoted}'";
    }

    /// <inheritdoc/>
    public string? Write(SqlText sql, object? value, SqlType type)
    {
        string? name = PostgresDialect.TypeName(type);
        if (value is null)
        {
            sql.Add(name is null ? "NULL" : $"NULL::{name}");
            return null;
        }

        if (value is bool truth)
        {
            sql.Add(truth ? "true" : "false");
            return null;
        }

        if (value is BigNumber number)
        {
            sql.Add($"'{number}'::numeric");
            return null;
        }

        if (value is ValueList<byte> bytes)
        {
            sql.Add($"decode('{Convert.ToHexString(bytes.AsSpan())}', 'hex')");
            return null;
        }

        if (name is null || SqlLiterals.Text(value, type) is not { } text)
            return $"values of type {type} are not sent to the source";
        if (Quote(text) is not { } quoted)
            return "the text holds characters that the source cannot hold";
        sql.Add(quoted).Add("::").Add(name);
        return null;
    }
}
