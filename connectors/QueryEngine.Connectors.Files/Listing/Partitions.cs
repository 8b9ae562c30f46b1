using System.Globalization;
using QueryEngine.Spi;

namespace QueryEngine.Connectors.Files.Listing;

/// <summary>Reads <c>key=value</c> folders as columns, in the way Hive writes them.</summary>
internal static class Partitions
{
    private const int MostNameBytes = 255;
    private const string NullValue = "__HIVE_DEFAULT_PARTITION__";

    /// <summary>Keys and values of the folders between <paramref name="baseFolder"/> and a file.</summary>
    public static (ValueList<string> Keys, ValueList<string> Values) Read(string baseFolder, string file)
    {
        var keys = new List<string>();
        var values = new List<string>();
        string[] segments = Path.GetRelativePath(baseFolder, file).Split(Path.DirectorySeparatorChar);
        foreach (string segment in segments.AsSpan(0, segments.Length - 1))
        {
            int equals = segment.IndexOf('=', StringComparison.Ordinal);
            if (equals <= 0)
                continue;
            keys.Add(Uri.UnescapeDataString(segment[..equals]));
            values.Add(Uri.UnescapeDataString(segment[(equals + 1)..]));
        }
        return (keys.ToValueList(), values.ToValueList());
    }

    /// <summary>The narrowest of bigint, date and varchar that fits all values of a key.</summary>
    public static SqlType TypeOf(IEnumerable<string> values)
    {
        bool canBeInteger = true;
        bool canBeDate = true;
        foreach (string value in values)
        {
            if (value == NullValue)
                continue;
            canBeInteger &= IsPlainInteger(value);
            canBeDate &= DateOnly.TryParseExact(value, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _);
        }
        return canBeInteger ? SqlType.BigInt : canBeDate ? SqlType.Date : SqlType.Varchar;
    }

    /// <summary>The boxed value of a key; null for NULL.</summary>
    public static object? Parse(string value, SqlType type)
    {
        if (value == NullValue)
            return null;
        try
        {
            return type.Kind switch
            {
                TypeKind.TinyInt => sbyte.Parse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture),
                TypeKind.SmallInt => short.Parse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture),
                TypeKind.Integer => int.Parse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture),
                TypeKind.Boolean => bool.Parse(value),
                TypeKind.BigInt => long.Parse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture),
                TypeKind.Date => DateOnly.ParseExact(value, "yyyy-MM-dd", CultureInfo.InvariantCulture).DayNumber - DateOnly.FromDateTime(DateTime.UnixEpoch).DayNumber,
                _ => value,
            };
        }
        catch (Exception error) when (error is FormatException or OverflowException)
        {
            throw new QueryException(ErrorCode.InvalidData, $"folder value '{value}' is not of type {type}", inner: error);
        }
    }

    /// <summary>Whether values of the type can be names of folders.</summary>
    /// <exception cref="QueryException">NOT_SUPPORTED.</exception>
    public static void CheckType(SqlType type, string column)
    {
        if (!type.IsInteger && type.Kind is not (TypeKind.Varchar or TypeKind.Boolean or TypeKind.Date))
            throw QueryException.NotSupported($"partitioning by column '{column}' of type {type}");
    }

    /// <summary>The name of the folder of a value.</summary>
    public static string FolderOf(string key, SqlType type, object? value)
    {
        string text = value is null ? NullValue : Uri.EscapeDataString(SqlValueText.Format(type, value));
        string name = Uri.EscapeDataString(key);

        // A name that begins with one of these would be hidden.
        if (name[0] is '_' or '.')
            name = (name[0] == '_' ? "%5F" : "%2E") + name[1..];
        string folder = $"{name}={text}";
        return folder.Length <= MostNameBytes
            ? folder
            : throw new QueryException(ErrorCode.StringTooLong, $"a value of column '{key}' is too long for the name of a folder");
    }

    // 007 stays text: as a number it would lose its zeros.
    private static bool IsPlainInteger(string value) =>
        long.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number)
        && number.ToString(CultureInfo.InvariantCulture) == value;
}
