using QueryEngine.Connectors.AdoNet;
using QueryEngine.Connectors.Odbc.Generic;
using QueryEngine.Spi;

namespace QueryEngine.Connectors.Odbc.Products;

/// <summary>
/// A product behind an ODBC driver whose rules are known: beside what is pushed to any source, parts of dates, whole-number arithmetic and sums of exact numbers. None of
/// these products has values of truth, and text of unknown collation stays with the engine.
/// </summary>
internal abstract class ProductDialect : OdbcDialect
{
    protected ProductDialect(OdbcSourceInfo info)
        : base(new Lazy<OdbcSourceInfo>(info))
    {
        Functions = new Dictionary<string, SqlFunctionRule>
        {
            ["$cast"] = WriteCast,
            ["year"] = (writer, call) => WriteDatePart(writer, call, "YEAR"),
            ["month"] = (writer, call) => WriteDatePart(writer, call, "MONTH"),
            ["day"] = (writer, call) => WriteDatePart(writer, call, "DAY"),
            ["$add"] = (writer, call) => WriteArithmetic(writer, call, " + "),
            ["$subtract"] = (writer, call) => WriteArithmetic(writer, call, " - "),
            ["$multiply"] = (writer, call) => WriteArithmetic(writer, call, " * "),
        };
        Aggregates = new Dictionary<string, SqlAggregateRule>(base.Aggregates)
        {
            ["sum"] = WriteSum,
            ["count"] = (writer, call) => call.Arguments.Count > 1 ? "a count of several columns is left to the engine" : WriteCount(writer, call),
        };
    }

    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, SqlFunctionRule> Functions { get; }

    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, SqlAggregateRule> Aggregates { get; }

    /// <inheritdoc/>
    public override bool HasTruthValues => false;

    /// <inheritdoc/>
    public override IReadOnlyList<ConnectorJoinKind> Joins { get; } = Enum.GetValues<ConnectorJoinKind>();

    /// <summary>Whether arithmetic of whole numbers fails where it passes their bits, as here.</summary>
    protected virtual bool OverflowsByType => true;

    /// <summary>The name of a type of numbers, or null.</summary>
    protected abstract string? NumberName(SqlType type);

    /// <summary>Writes a count of rows or of values.</summary>
    protected virtual string? WriteCount(SqlExpressionWriter writer, ConnectorAggregate call) => SqlAggregateRules.Count(writer, call);

    /// <summary>Writes a part of a date.</summary>
    protected abstract string? WritePart(SqlExpressionWriter writer, string part, ConnectorExpression date);

    /// <inheritdoc/>
    public override void WriteComputed(SqlText sql, SqlType type, string expression)
    {
        if (NumberName(type) is { } name)
            sql.Add("CAST(").Add(expression).Add(" AS ").Add(name).Add(")");
        else
            sql.Add(expression);
    }

    /// <summary>Writes <c>CAST(... AS type)</c> of a type of numbers.</summary>
    protected string? WriteAs(SqlExpressionWriter writer, SqlType type, Func<string?> write)
    {
        if (NumberName(type) is not { } name)
            return $"{type} is left to the engine";
        writer.Sql.Add("CAST(");
        if (write() is { } reason)
            return reason;
        writer.Sql.Add(" AS ").Add(name).Add(")");
        return null;
    }

    private string? WriteCast(SqlExpressionWriter writer, ConnectorCall call)
    {
        (SqlType from, SqlType to) = (call.Arguments[0].Type, call.Type);
        bool isSame = (from.IsInteger && to.IsInteger && from.Kind <= to.Kind) || (from.IsInteger && to is DecimalType wide && wide.Precision - wide.Scale >= 19)
            || (from is DecimalType left && to is DecimalType right && right.Scale >= left.Scale && right.Precision - right.Scale >= left.Precision - left.Scale);
        return isSame ? WriteAs(writer, to, () => writer.Write(call.Arguments[0])) : $"a cast of {from} to {to} is left to the engine";
    }

    private string? WriteArithmetic(SqlExpressionWriter writer, ConnectorCall call, string symbol)
    {
        (SqlType left, SqlType right) = (call.Arguments[0].Type, call.Arguments[1].Type);
        bool isSame = OverflowsByType && left == right && call.Type == left && left.Kind is TypeKind.Integer or TypeKind.BigInt
            && call.Arguments.All(argument => argument is not ConnectorConstant);
        return isSame ? writer.WriteInfix(call.Arguments[0], symbol, call.Arguments[1]) : $"arithmetic of {left} and {right} is left to the engine";
    }

    private string? WriteDatePart(SqlExpressionWriter writer, ConnectorCall call, string part) =>
        call.Arguments is [{ Type.Kind: TypeKind.Date or TypeKind.Timestamp } date] && call.Type.IsInteger
            ? WriteAs(writer, call.Type, () => WritePart(writer, part, date)) : $"{call.Function} of {call.Arguments[0].Type} is left to the engine";

    // The argument gets the bits of the result first: a sum has those of its argument in some of the products.
    private string? WriteSum(SqlExpressionWriter writer, ConnectorAggregate call)
    {
        SqlType argument = call.Arguments[0].Type;
        bool isKnown = argument switch
        {
            { Kind: TypeKind.SmallInt or TypeKind.Integer } => call.Type.Kind == TypeKind.BigInt,
            { Kind: TypeKind.BigInt } => call.Type is DecimalType { Scale: 0 },
            DecimalType number => call.Type is DecimalType sum && sum.Scale == number.Scale,
            _ => false,
        };
        if (!isKnown || call.IsDistinct)
            return $"this sum of {argument} is left to the engine";
        writer.Sql.Add("SUM(");
        if (WriteAs(writer, call.Type, () => writer.Write(call.Arguments[0])) is { } reason)
            return reason;
        writer.Sql.Add(")");
        return null;
    }
}
