using QueryEngine.Connectors.AdoNet;
using QueryEngine.Spi;

namespace QueryEngine.Connectors.DuckDb;

/// <summary>DuckDB: the engine's own comparisons of numbers, NaN, dates and text; its functions where they are known to be the same.</summary>
internal sealed class DuckDbDialect(Func<string> catalog) : SqlDialect
{
    /// <inheritdoc/>
    public override ISqlIdentifiers Identifiers => StandardIdentifiers.Instance;

    /// <inheritdoc/>
    public override ISqlValues Values => DuckDbLiterals.Instance;

    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, SqlFunctionRule> Functions => DuckDbFunctions.Rules;

    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, SqlAggregateRule> Aggregates => DuckDbAggregates.Rules;

    /// <inheritdoc/>
    public override IReadOnlyList<ConnectorJoinKind> Joins { get; } = Enum.GetValues<ConnectorJoinKind>();

    /// <inheritdoc/>
    public override IReadOnlySet<string> Windows => SqlWindows.All;

    /// <inheritdoc/>
    public override bool TakesUnions => true;

    /// <inheritdoc/>
    public override SqlComparison ConstantComparison => SqlComparison.Full;

    /// <inheritdoc/>
    public override int MaxListItems => 20_000;

    /// <inheritdoc/>
    protected override void WriteTableName(SqlText sql, RemoteTable table) => sql.Add(DuckDbNames.Table(catalog(), table.Schema, table.Name));

    /// <inheritdoc/>
    public override void WriteColumn(SqlText sql, SqlColumn column)
    {
        if (DuckDbTypes.ComputedAs(column) is { } type)
            sql.Add("CAST(").Add(Identifiers.Quote(column.Name)).Add(" AS ").Add(type).Add(")");
        else
            sql.Add(Identifiers.Quote(column.Name));
    }

    /// <inheritdoc/>
    public override void WriteComputed(SqlText sql, SqlType type, string expression) =>
        sql.Add("CAST(").Add(expression).Add(" AS ").Add(DuckDbLiterals.TypeName(type) ?? "VARCHAR").Add(")");

    /// <inheritdoc/>
    public override string? WhyNotComparable(ConnectorExpression left, ConnectorExpression right, bool ordered)
    {
        (SqlType l, SqlType r) = (left.Type, right.Type);
        bool areExactNumbers = (l.IsInteger || l.Kind == TypeKind.Decimal) && (r.IsInteger || r.Kind == TypeKind.Decimal);
        bool areTimes = l.Kind == r.Kind && l.Kind is TypeKind.Timestamp && IsMicro(l) == IsMicro(r);
        return (areExactNumbers && WhyNotOneNumber(l, r) is null) || areTimes ? null : base.WhyNotComparable(left, right, ordered);
    }

    private static bool IsMicro(SqlType type) => type is not TimestampType { Precision: > 6 };

    // Both are turned into one decimal before they are compared, which must hold all the digits of either.
    private static string? WhyNotOneNumber(SqlType left, SqlType right)
    {
        (int leftWhole, int leftScale) = Digits(left);
        (int rightWhole, int rightScale) = Digits(right);
        return Math.Max(leftWhole, rightWhole) + Math.Max(leftScale, rightScale) <= DecimalType.MaxPrecision
            ? null : $"{left} and {right} have too many digits for the source to compare them";
    }

    private static (int Whole, int Scale) Digits(SqlType type) => type switch
    {
        DecimalType number => (number.Precision - number.Scale, number.Scale),
        { Kind: TypeKind.BigInt } => (19, 0),
        _ => (10, 0),
    };
}
