using QueryEngine.Connectors.AdoNet;
using QueryEngine.Spi;

namespace QueryEngine.Connectors.ClickHouse;

/// <summary>
/// ClickHouse. It compares text by its bytes, which is the order of code points; NaN is not equal to itself there, whole numbers wrap around, and a name
/// means an expression everywhere in a statement, so that inner queries name their columns apart.
/// </summary>
internal sealed class ClickHouseDialect(Func<ClickHouseInfo?> info) : SqlDialect
{
    /// <inheritdoc/>
    public override ISqlIdentifiers Identifiers => ClickHouseNames.Instance;

    /// <inheritdoc/>
    public override ISqlValues Values { get; } = new ClickHouseLiterals(info);

    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, SqlFunctionRule> Functions => ClickHouseFunctions.Rules;

    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, SqlAggregateRule> Aggregates => ClickHouseAggregates.Rules;

    /// <inheritdoc/>
    public override IReadOnlyList<ConnectorJoinKind> Joins { get; } = [ConnectorJoinKind.Inner, ConnectorJoinKind.Left];

    /// <inheritdoc/>
    public override string DistinctFrom => "";

    /// <inheritdoc/>
    public override int MaxListItems => 20_000;

    /// <inheritdoc/>
    public override bool HasNullsInLists => false;

    /// <inheritdoc/>
    public override bool HasListsOf(SqlType type) => type.Kind is not (TypeKind.Decimal or TypeKind.Uuid) || type == SqlType.Decimal(20, 0);

    /// <inheritdoc/>
    public override bool HasThreeValuedLogic => false;

    /// <inheritdoc/>
    public override bool HasTruthValues => false;

    /// <inheritdoc/>
    public override bool MayBeNull(SqlColumn column) =>
        column.RemoteType.Length == 0 || column.IsCastToText || column.RemoteType.Contains("Nullable(", StringComparison.Ordinal);

    /// <inheritdoc/>
    public override string InnerName(int place, string path) => $"_qe_{path}_{place}";

    /// <inheritdoc/>
    public override void WriteColumn(SqlText sql, SqlColumn column)
    {
        bool isEnum = column.Type.IsText && column.RemoteType.Contains("Enum", StringComparison.Ordinal);
        if (isEnum)
            sql.Add("toString(").Add(Identifiers.Quote(column.Name)).Add(")");
        else
            WriteReadColumn(sql, column);
    }

    /// <inheritdoc/>
    public override void WriteReadColumn(SqlText sql, SqlColumn column)
    {
        // Values behind numbers are sent in a form of their own, which old servers do not leave away when they are told to.
        string name = Identifiers.Quote(column.Name);
        sql.Add(column.IsCastToText ? $"toString({name})"
            : column.RemoteType.Contains(ClickHouseType.LowCardinality, StringComparison.Ordinal) ? $"CAST({name} AS {ClickHouseType.WithoutLowCardinality(column.RemoteType)})" : name);
    }

    /// <inheritdoc/>
    public override string? WhyNotComparable(ConnectorExpression left, ConnectorExpression right, bool ordered)
    {
        (SqlType l, SqlType r) = (left.Type, right.Type);
        if (left == right && l.Kind is TypeKind.Decimal or TypeKind.Uuid)
            return $"values of {l} are grouped and sorted by the engine: old servers end where they keep numbers of 128 bits";
        if (l.Kind is TypeKind.Real or TypeKind.Double || r.Kind is TypeKind.Real or TypeKind.Double)
            return "NaN is not equal to itself in the source";
        if (l.Kind == TypeKind.Decimal)
            return l == r ? null : $"{l} is not compared with {r} by the source as here";
        if (l.Kind == TypeKind.Uuid && ordered)
            return "uuids are ordered by their halves in the source";
        bool areTimes = l.Kind == r.Kind && l.Kind is TypeKind.Timestamp or TypeKind.TimestampWithTimeZone;
        return (l.IsInteger && r.IsInteger) || areTimes ? null : base.WhyNotComparable(left, right, ordered);
    }

    /// <inheritdoc/>
    public override string? WriteSuperset(SqlExpressionWriter writer, ConnectorExpression condition)
    {
        // NaN is the greatest number here and no number there.
        if (condition is not ConnectorCall { Function: "$eq" or "$lt" or "$le" or "$gt" or "$ge" } call
            || call.Arguments is not [ConnectorColumn { Column: SqlColumn { RemoteType.Length: > 0, Type.Kind: TypeKind.Real or TypeKind.Double } column }, ConnectorConstant constant]
            || constant.Value is not (double or float))
            return "there is no wider form";
        double bound = constant.Value is float small ? small : (double)constant.Value;
        if (double.IsNaN(bound))
            return "there is no wider form";
        string symbol = call.Function switch { "$eq" => "=", "$lt" => "<", "$le" => "<=", "$gt" => ">", _ => ">=" };
        string name = Identifiers.Quote(column.Name);
        writer.Sql.Add($"({name} {symbol} {ClickHouseLiterals.Double(bound)} OR isNaN({name}))");
        return null;
    }

    /// <inheritdoc/>
    public override string? WhyNotJoined(PushJoin join)
    {
        if (join.Conjuncts.Count == 0)
            return "the source joins by equality only";
        return join.JoinKind == ConnectorJoinKind.Left && join.RightColumns.FirstOrDefault(column => column.Type.Kind is TypeKind.Array or TypeKind.Row or TypeKind.Map) is { } nested
            ? $"the source has no NULL of {nested.Type}, as rows without a match need" : base.WhyNotJoined(join);
    }

    /// <inheritdoc/>
    public override string? WriteJoinCondition(SqlExpressionWriter writer, ConnectorExpression conjunct)
    {
        if (conjunct is not ConnectorCall { Function: "$eq", Arguments: [ConnectorColumn left, ConnectorColumn right] }
            || SqlJoins.IsOfRight(left.Column) == SqlJoins.IsOfRight(right.Column))
            return "the source joins by equality of columns only";
        if (writer.WhyNotComparable(left, right, ordered: false) is { } reason)
            return reason;
        // Both sides must be of one type there: the widest.
        string? type = left.Type switch
        {
            { IsInteger: true } => "toInt64",
            { Kind: TypeKind.Varchar or TypeKind.Uuid } => "toString",
            { Kind: TypeKind.Date } => "toDate",
            _ => null,
        };
        if (type is null)
            return $"the source is not asked to join by {left.Type}";
        if (SqlJoins.IsOfRight(left.Column))
            (left, right) = (right, left);
        if (writer.WriteFunction(type, [left]) is { } leftReason)
            return leftReason;
        writer.Sql.Add(" = ");
        return writer.WriteFunction(type, [right]);
    }

    /// <inheritdoc/>
    public override void WriteComputed(SqlText sql, SqlType type, string expression)
    {
        if (type is DecimalType number)
            sql.Add($"CAST({expression} AS Nullable(Decimal({number.Precision}, {number.Scale})))");
        else
            sql.Add(expression);
    }
}
