using QueryEngine.Connectors.AdoNet;
using QueryEngine.Spi;

namespace QueryEngine.Connectors.PostgreSql;

/// <summary>PostgreSQL: the engine's own semantics, but for the collations of text. Values are typed literals, since COPY takes no parameters.</summary>
internal sealed class PostgresDialect(bool collatesText) : SqlDialect
{
    /// <summary>The remote type of the column that tells a row from all others: its table (of a parent table: the child), its place, and the transaction that put it there.</summary>
    public const string RowId = "tableoid, ctid and xmin";

    /// <inheritdoc/>
    public override ISqlIdentifiers Identifiers => StandardIdentifiers.Instance;

    /// <inheritdoc/>
    public override ISqlValues Values => PostgresLiterals.Instance;

    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, SqlFunctionRule> Functions => PostgresFunctions.Rules;

    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, SqlAggregateRule> Aggregates => PostgresAggregates.Rules;

    /// <summary>The name of the type as which values of a type are computed and sent; null for types that are not computed.</summary>
    public static string? TypeName(SqlType type) => type.Kind switch
    {
        TypeKind.Boolean => "boolean",
        TypeKind.TinyInt or TypeKind.SmallInt => "smallint",
        TypeKind.Integer => "integer",
        TypeKind.BigInt => "bigint",
        TypeKind.Real => "real",
        TypeKind.Double => "double precision",
        TypeKind.Decimal or TypeKind.Number => "numeric",
        TypeKind.Varchar => "text",
        TypeKind.Char => "bpchar",
        TypeKind.Varbinary => "bytea",
        TypeKind.Date => "date",
        TypeKind.Time => "time",
        TypeKind.Timestamp => "timestamp",
        TypeKind.TimestampWithTimeZone => "timestamptz",
        TypeKind.Interval or TypeKind.IntervalDayToSecond or TypeKind.IntervalYearToMonth => "interval",
        TypeKind.Uuid => "uuid",
        _ => null,
    };

    /// <inheritdoc/>
    public override IReadOnlyList<ConnectorJoinKind> Joins { get; } = Enum.GetValues<ConnectorJoinKind>();

    /// <inheritdoc/>
    public override IReadOnlySet<string> Windows => SqlWindows.All;

    // IS NOT DISTINCT FROM is neither hashed nor merged.
    /// <inheritdoc/>
    public override bool JoinsNullSafely => false;

    /// <inheritdoc/>
    public override bool TakesUnions => true;

    /// <inheritdoc/>
    public override SqlComparison ConstantComparison => SqlComparison.Equality;

    /// <inheritdoc/>
    public override int MaxListItems => 20_000;

    /// <inheritdoc/>
    public override void WriteColumn(SqlText sql, SqlColumn column)
    {
        if (column.RemoteType == RowId)
        {
            sql.Add("(tableoid::text || ' ' || ctid::text || ' ' || xmin::text)");
            return;
        }
        sql.Add(Identifiers.Quote(column.Name));
        if (column.IsCastToText)
            sql.Add(column.Type.Kind == TypeKind.Array ? "::text[]" : "::text");
        else if (column.RemoteType == PostgresTypes.ObjectId)
            sql.Add("::bigint");
    }

    /// <inheritdoc/>
    public override void WriteComputed(SqlText sql, SqlType type, string expression) =>
        sql.Add("(").Add(expression).Add(")::").Add(TypeName(type) ?? "text");

    /// <inheritdoc/>
    public override string? OrderedByCodePoint(string expression) => collatesText ? $"({expression} COLLATE \"C\")" : null;

    /// <inheritdoc/>
    public override string? WhyNotComparable(ConnectorExpression left, ConnectorExpression right, bool ordered)
    {
        (SqlType l, SqlType r) = (left.Type, right.Type);
        bool areExactNumbers = (l.IsInteger || l.Kind == TypeKind.Decimal) && (r.IsInteger || r.Kind == TypeKind.Decimal);
        bool areTimes = l.Kind == r.Kind && l.Kind is TypeKind.Time or TypeKind.Timestamp or TypeKind.TimestampWithTimeZone;
        return areExactNumbers || areTimes ? null : base.WhyNotComparable(left, right, ordered);
    }
}
