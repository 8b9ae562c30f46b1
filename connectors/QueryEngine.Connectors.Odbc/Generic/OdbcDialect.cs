using System.Globalization;
using QueryEngine.Connectors.AdoNet;
using QueryEngine.Connectors.Odbc.Native;
using QueryEngine.Connectors.Odbc.Reading;
using QueryEngine.Spi;

namespace QueryEngine.Connectors.Odbc.Generic;

/// <summary>What a driver tells of its source.</summary>
internal sealed record OdbcSourceInfo(string Product, string Quote, string PatternEscape, bool LimitsRows, bool FetchesFirst, bool SortsNulls, bool NullsAreLow)
{
    /// <summary>Asks the driver.</summary>
    public static OdbcSourceInfo Probe(OdbcConnection connection)
    {
        const ushort DbmsName = 17, QuoteCharacter = 29, SearchEscape = 14, NullCollation = 85;
        const int NullsLow = 1;
        string product = connection.GetInfoText(DbmsName);
        string quote = connection.GetInfoText(QuoteCharacter).Trim();
        bool Is(params string[] names) => names.Any(name => product.Contains(name, StringComparison.OrdinalIgnoreCase));
        return new OdbcSourceInfo(
            product,
            quote.Length == 1 ? quote : "\"",
            connection.GetInfoText(SearchEscape),
            LimitsRows: Is("PostgreSQL", "SQLite", "MySQL", "MariaDB", "DuckDB", "ClickHouse"),
            FetchesFirst: Is("Oracle", "DB2", "Firebird", "Derby"),
            SortsNulls: Is("PostgreSQL", "SQLite", "Oracle", "DuckDB"),
            NullsAreLow: connection.GetInfoNumber(NullCollation) == NullsLow);
    }
}

/// <summary>
/// A source of which only its ODBC driver is known: what the driver tells is taken, and nothing is pushed whose result depends on rules of the
/// source. Text of unknown collation is compared at the source, where more may be equal than here, and again by the engine.
/// </summary>
internal class OdbcDialect(Lazy<OdbcSourceInfo> info) : SqlDialect, ISqlIdentifiers
{
    /// <summary>The kind of a table that is named without its schema.</summary>
    public const string WithoutSchema = "table";

    /// <summary>What the driver tells. Asks it where that is not known yet.</summary>
    public OdbcSourceInfo Info => info.Value;

    /// <inheritdoc/>
    public override ISqlIdentifiers Identifiers => this;

    /// <inheritdoc/>
    public override ISqlValues Values { get; } = new SqlParameterValues(WhyNot);

    /// <inheritdoc/>
    public override ISqlValues ShownValues { get; } = new Shown();

    /// <inheritdoc/>
    public override int MaxListItems => 1_000;

    /// <inheritdoc/>
    public override bool SortsNullsLow => !Info.SortsNulls && Info.NullsAreLow;

    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, SqlFunctionRule> Functions { get; } = new Dictionary<string, SqlFunctionRule>();

    /// <inheritdoc/>
    public override string DistinctFrom => "";

    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, SqlAggregateRule> Aggregates { get; } = new Dictionary<string, SqlAggregateRule>
    {
        ["count"] = SqlAggregateRules.Count,
        ["min"] = (writer, call) => WriteExtreme("min", writer, call),
        ["max"] = (writer, call) => WriteExtreme("max", writer, call),
    };

    /// <inheritdoc/>
    public virtual string Quote(string name) => Info.Quote + name.Replace(Info.Quote, Info.Quote + Info.Quote, StringComparison.Ordinal) + Info.Quote;

    /// <inheritdoc/>
    protected override void WriteTableName(SqlText sql, RemoteTable table)
    {
        if (table.Kind == WithoutSchema)
            sql.Add(Quote(table.Name));
        else
            base.WriteTableName(sql, table);
    }

    /// <inheritdoc/>
    public override string? WhyNotComparable(ConnectorExpression left, ConnectorExpression right, bool ordered)
    {
        bool areExactNumbers = SqlArithmetic.IsExact(left.Type) && SqlArithmetic.IsExact(right.Type);
        if (left.Type.Kind is TypeKind.Boolean or TypeKind.Real or TypeKind.Double or TypeKind.Time or TypeKind.Uuid or TypeKind.Varbinary)
            return $"{left.Type} is compared by rules of the source that the driver does not tell";
        return areExactNumbers || (left.Type.Kind == TypeKind.Timestamp && right.Type.Kind == TypeKind.Timestamp) ? null : base.WhyNotComparable(left, right, ordered);
    }

    /// <inheritdoc/>
    public override string? WriteSuperset(SqlExpressionWriter writer, ConnectorExpression condition)
    {
        // Whatever the collation, a text is equal to itself.
        if (condition is not ConnectorCall { Function: "$eq" or "$in" } call || call.Arguments[0] is not ConnectorColumn { Type.Kind: TypeKind.Varchar } column
            || call.Arguments.Skip(1).Any(value => value is not ConnectorConstant { Value: string { Length: > 0 } }) || call.Arguments.Count - 1 > MaxListItems)
            return "there is no wider form";
        writer.Sql.Add("(");
        if (writer.Write(column) is { } reason)
            return reason;
        writer.Sql.Add(" IN ");
        if (writer.WriteList(call.Arguments.Skip(1)) is { } listReason)
            return listReason;
        writer.Sql.Add(")");
        return null;
    }

    /// <inheritdoc/>
    public override string? WhyNoLimit => Info.LimitsRows || Info.FetchesFirst ? null : $"how {Info.Product} limits rows is not known";

    /// <inheritdoc/>
    public override void WriteLimit(SqlText sql, long count)
    {
        if (Info.FetchesFirst)
            sql.Add(" FETCH FIRST ").Add(count.ToString(CultureInfo.InvariantCulture)).Add(" ROWS ONLY");
        else
            base.WriteLimit(sql, count);
    }

    /// <inheritdoc/>
    public override void WriteDirection(SqlText sql, ConnectorSortKey key)
    {
        if (Info.SortsNulls)
            base.WriteDirection(sql, key);
        else
            sql.Add(key.Descending ? " DESC" : " ASC");
    }

    private static string? WriteExtreme(string name, SqlExpressionWriter writer, ConnectorAggregate call)
    {
        ConnectorExpression argument = call.Arguments[0];
        return !SqlArithmetic.IsExact(argument.Type) && argument.Type.Kind is not (TypeKind.Date or TypeKind.Timestamp)
            ? $"{name} of {argument.Type} is left to the engine"
            : writer.WhyNotComparable(argument, argument, ordered: true) ?? SqlAggregateRules.Simple(name, writer, call);
    }

    private static string? WhyNot(object value, SqlType type) => type.Kind switch
    {
        TypeKind.TinyInt or TypeKind.SmallInt or TypeKind.Integer or TypeKind.BigInt or TypeKind.Decimal => null,
        TypeKind.Varchar or TypeKind.Char => ((string)value).Contains('\0', StringComparison.Ordinal) ? "the text has a zero character" : null,
        TypeKind.Date => OdbcDate.FromDays((int)value) is null ? "the date is not one of ODBC" : null,
        TypeKind.Timestamp => OdbcTimestamp.FromMicroseconds((long)value) is null ? "the time is not one of ODBC" : null,
        _ => $"values of {type} are not sent to the source",
    };

    private sealed class Shown : ISqlValues
    {
        public string? Write(SqlText sql, object? value, SqlType type)
        {
            if (value is not null && WhyNot(value, type) is { } reason)
                return reason;
            sql.Add(value is null ? "NULL" : value is string text ? $"'{text.Replace("'", "''", StringComparison.Ordinal)}'"
                : type.IsInteger || type.Kind == TypeKind.Decimal ? SqlValueText.Format(type, value) : $"'{SqlValueText.Format(type, value)}'");
            return null;
        }
    }
}
