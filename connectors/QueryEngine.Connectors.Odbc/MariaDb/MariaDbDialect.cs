using System.Globalization;
using System.Text;
using QueryEngine.Connectors.AdoNet;
using QueryEngine.Spi;

namespace QueryEngine.Connectors.Odbc.MariaDb;

/// <summary>
/// MariaDB and MySQL. Text is compared by collations that know neither case nor trailing blanks, so that it is turned into utf8mb4 with a
/// binary collation without padding wherever it is compared, beside the column as it is, for the sake of its index.
/// </summary>
internal sealed class MariaDbDialect(bool isMySql) : SqlDialect
{
    private const string ReadsAsBytes = "bit";

    /// <inheritdoc/>
    public override ISqlIdentifiers Identifiers => BacktickIdentifiers.Instance;

    /// <inheritdoc/>
    public override ISqlValues Values { get; } = new MariaDbLiterals(isShown: false);

    /// <inheritdoc/>
    public override ISqlValues ShownValues { get; } = new MariaDbLiterals(isShown: true);

    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, SqlFunctionRule> Functions => MariaDbFunctions.Rules;

    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, SqlAggregateRule> Aggregates => MariaDbAggregates.Rules;

    /// <inheritdoc/>
    public override int MaxListItems => 20_000;

    /// <summary>The collation in which text compares as in the engine.</summary>
    public string BinaryCollation => BinaryCollationOf(isMySql);

    /// <summary>The collation of a product in which text compares as in the engine.</summary>
    public static string BinaryCollationOf(bool isMySql) => isMySql ? "utf8mb4_0900_bin" : "utf8mb4_nopad_bin";

    /// <summary>Whether a type of the source is a place.</summary>
    public static bool IsGeometry(string type) =>
        type is "geometry" or "point" or "linestring" or "polygon" or "multipoint" or "multilinestring" or "multipolygon" or "geometrycollection" or "geomcollection";

    /// <inheritdoc/>
    public override void WriteColumn(SqlText sql, SqlColumn column)
    {
        string name = Identifiers.Quote(column.Name);
        if (column.IsCastToText || (column.Type.IsText && column.Collation is not null && column.Collation != BinaryCollation))
            sql.Add("(CONVERT(").Add(name).Add(" USING utf8mb4) COLLATE ").Add(BinaryCollation).Add(")");
        else
            WriteReadColumn(sql, column);
    }

    /// <inheritdoc/>
    public override void WriteReadColumn(SqlText sql, SqlColumn column)
    {
        string name = Identifiers.Quote(column.Name);
        if (column.RemoteType.StartsWith(MariaDbMoves.KeyText, StringComparison.Ordinal))
            sql.Add(column.RemoteType[MariaDbMoves.KeyText.Length..]);
        else if (column.IsCastToText)
            sql.Add("CONVERT(").Add(name).Add(" USING utf8mb4)");
        else if (IsGeometry(column.RemoteType))
            sql.Add("ST_AsBinary(").Add(name).Add(")");
        else if (column.Type.Kind == TypeKind.Boolean && column.RemoteType.StartsWith(ReadsAsBytes, StringComparison.Ordinal))
            sql.Add("(").Add(name).Add(" + 0)");
        else if (column.Type.Kind == TypeKind.Time)
            sql.Add("CAST(").Add(name).Add(" AS CHAR)"); // the driver's own time has no fraction
        else
            sql.Add(name);
    }

    /// <inheritdoc/>
    public override void WriteComputed(SqlText sql, SqlType type, string expression)
    {
        string? target = type switch
        {
            { IsInteger: true } => "SIGNED",
            DecimalType number => string.Create(CultureInfo.InvariantCulture, $"DECIMAL(65,{number.Scale})"),
            _ => null,
        };
        sql.Add(target is null ? expression : $"CAST({expression} AS {target})");
    }

    /// <inheritdoc/>
    public override string? WhyNotComparable(ConnectorExpression left, ConnectorExpression right, bool ordered)
    {
        (SqlType l, SqlType r) = (left.Type, right.Type);
        bool areExactNumbers = (l.IsInteger || l.Kind == TypeKind.Decimal) && (r.IsInteger || r.Kind == TypeKind.Decimal);
        bool areTimes = l.Kind == r.Kind && l.Kind is TypeKind.Timestamp or TypeKind.TimestampWithTimeZone;
        return areExactNumbers || areTimes ? null : base.WhyNotComparable(left, right, ordered);
    }

    // The quotients of percent_rank and cume_dist have ten digits there.
    /// <inheritdoc/>
    public override IReadOnlySet<string> Windows { get; } = SqlWindows.All.Except(["percent_rank", "cume_dist"]).ToHashSet();

    /// <inheritdoc/>
    public override bool TakesUnions => true;

    /// <inheritdoc/>
    public override string DistinctFrom => "<=>";

    /// <inheritdoc/>
    public override bool IsDistinctFromNegated => true;

    /// <inheritdoc/>
    public override bool SortsNullsLow => true;

    /// <inheritdoc/>
    public override SqlColumn? IndexedColumn(SqlColumn column) =>
        column.Type.IsText && column.Collation != BinaryCollation && column.Collation?.StartsWith("utf8mb4", StringComparison.Ordinal) == true && column.RemoteType.Contains("char", StringComparison.Ordinal)
            ? column with { Collation = null, IsCastToText = false } : null;

    /// <inheritdoc/>
    public override void WriteDirection(SqlText sql, ConnectorSortKey key) => sql.Add(key.Descending ? " DESC" : " ASC");

    private sealed class BacktickIdentifiers : ISqlIdentifiers
    {
        public static readonly BacktickIdentifiers Instance = new();

        public string Quote(string name) => $"`{name.Replace("`", "``", StringComparison.Ordinal)}`";
    }
}

/// <summary>Literals that no value can break out of: text that has anything but letters, digits and blanks is sent in hexadecimal.</summary>
internal sealed class MariaDbLiterals(bool isShown) : ISqlValues
{
    private const int MaxPrecision = 65;

    /// <inheritdoc/>
    public string? Write(SqlText sql, object? value, SqlType type)
    {
        switch (value)
        {
            case null:
                sql.Add("NULL");
                return null;
            case bool truth:
                sql.Add(truth ? "TRUE" : "FALSE");
                return null;
            case double number when !double.IsFinite(number):
                return "the source has no infinite numbers";
            case double number:
                sql.Add(number.ToString("E17", CultureInfo.InvariantCulture));
                return null;
            case string text:
                return WriteText(sql, text);
            case ValueList<byte> bytes:
                sql.Add("x'").Add(Convert.ToHexString(bytes.AsSpan())).Add("'");
                return null;
        }

        switch (type.Kind)
        {
            case TypeKind.TinyInt or TypeKind.SmallInt or TypeKind.Integer or TypeKind.BigInt:
                sql.Add(((IFormattable)value).ToString(null, CultureInfo.InvariantCulture));
                return null;
            case TypeKind.Decimal when type is DecimalType { Precision: <= MaxPrecision }:
                sql.Add(SqlValueText.Format(type, value));
                return null;
            case TypeKind.Date when OdbcDates.IsInRange((int)value):
                sql.Add("DATE'").Add(SqlValueText.Format(type, value)).Add("'");
                return null;
            case TypeKind.Timestamp when OdbcDates.IsInRange((long)value):
                sql.Add("TIMESTAMP'").Add(SqlValueText.Format(type, value)).Add("'");
                return null;
            case TypeKind.TimestampWithTimeZone when OdbcDates.IsInRange((long)value):
                sql.Add("TIMESTAMP'").Add(SqlValueText.Format(SqlType.Timestamp, value)).Add("'"); // sessions are in UTC
                return null;
            case TypeKind.Uuid:
                sql.Add("'").Add(SqlValueText.Format(type, value)).Add("'");
                return null;
            default:
                return $"a value of {type} has no literal in the source";
        }
    }

    private string? WriteText(SqlText sql, string text)
    {
        if (isShown)
        {
            sql.Add($"'{text.Replace("'", "''", StringComparison.Ordinal)}'");
            return null;
        }

        foreach (Rune rune in text.EnumerateRunes())
            if (rune == Rune.ReplacementChar && !text.Contains('\uFFFD', StringComparison.Ordinal))
                return "the text has half a surrogate pair";
        bool isPlain = text.All(c => char.IsAsciiLetterOrDigit(c) || c is ' ' or '-' or '_' or '.' or '%' or '@' or '/' or '#');
        sql.Add(isPlain ? $"'{text}'" : $"_utf8mb4 x'{Convert.ToHexString(Encoding.UTF8.GetBytes(text))}'");
        return null;
    }
}

/// <summary>The years that ODBC and the server know.</summary>
internal static class OdbcDates
{
    /// <summary>Whether a day is in the years 1000 to 9999.</summary>
    public static bool IsInRange(int days) => days is >= -354_285 and <= 2_932_896;

    /// <summary>Whether a time is in the years 1000 to 9999.</summary>
    public static bool IsInRange(long microseconds) => microseconds is >= -354_285L * 86_400_000_000 and < 2_932_897L * 86_400_000_000;
}
