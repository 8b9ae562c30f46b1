using QueryEngine.Spi;

namespace QueryEngine.Connectors.TestKit;

/// <summary>Groups and aggregates boxed rows in the plainest way.</summary>
internal static class ReferenceAggregates
{
    /// <summary>Some aggregate calls over a column, with the engine's result types.</summary>
    public static IEnumerable<ConnectorAggregate> Calls(ColumnHandle column, Random random)
    {
        var argument = new ConnectorColumn(column);
        yield return new ConnectorAggregate("count", [], SqlType.BigInt);
        if (random.Next(2) == 0)
            yield return new ConnectorAggregate("count", [argument], SqlType.BigInt);
        if (random.Next(2) == 0 && BoxedValue.IsOrdered(column.Type))
            yield return new ConnectorAggregate("count", [argument], SqlType.BigInt, IsDistinct: true);
        if (random.Next(2) == 0 && BoxedValue.IsOrdered(column.Type))
            yield return new ConnectorAggregate(random.Next(2) == 0 ? "min" : "max", [argument], column.Type);
        if (random.Next(2) == 0 && SumType(column.Type) is { } type)
            yield return new ConnectorAggregate("sum", [argument], type, IsDistinct: random.Next(3) == 0);
        if (random.Next(2) == 0 && column.Type.IsInteger)
            yield return new ConnectorAggregate("avg", [argument], SqlType.Double);
        if (random.Next(2) == 0 && column.Type is DecimalType { Precision: <= 20 } number)
            yield return new ConnectorAggregate("avg", [argument], SqlType.Decimal(38, Math.Max(6, number.Scale)));
    }

    public static List<object?[]> Compute(
        IReadOnlyList<object?[]> rows, int[] groups, int argument, ValueList<ConnectorAggregate> calls)
    {
        var grouped = rows.GroupBy(row => Rows.Text([.. groups.Select(group => row[group])])).ToList();
        if (groups.Length == 0)
            return [[.. calls.Select(call => Compute(call, rows.Select(row => row[argument])))]];
        return
        [
            .. grouped.Select(group => (object?[])
                [.. groups.Select(column => group.First()[column]), .. calls.Select(call => Compute(call, group.Select(row => row[argument])))]),
        ];
    }

    private static SqlType? SumType(SqlType type) => type switch
    {
        { Kind: TypeKind.TinyInt or TypeKind.SmallInt or TypeKind.Integer } => SqlType.BigInt,
        { Kind: TypeKind.BigInt } => SqlType.Decimal(38, 0),
        DecimalType number => SqlType.Decimal(38, number.Scale),
        _ => null,
    };

    private static object? Compute(ConnectorAggregate call, IEnumerable<object?> values)
    {
        if (call.Arguments.Count == 0)
            return (long)values.Count();
        List<object> some = [.. values.OfType<object>()];
        if (call.IsDistinct)
            some = [.. some.DistinctBy(value => Rows.Text([value]))];
        if (call.Function == "count")
            return (long)some.Count;
        if (some.Count == 0)
            return null;
        switch (call.Function)
        {
            case "min":
                return some.Aggregate((left, right) => BoxedValue.Compare(left, right) <= 0 ? left : right);
            case "max":
                return some.Aggregate((left, right) => BoxedValue.Compare(left, right) >= 0 ? left : right);
            default:
                Int128 sum = some.Aggregate((Int128)0, (total, value) => total + ToInt128(value));
                if (call.Function == "avg")
                    return call.Type is DecimalType mean
                        ? Average(sum, some.Count, mean.Scale - ((DecimalType)call.Arguments[0].Type).Scale) : (double)sum / some.Count;
                return call.Type.Physical == PhysicalType.Int64 ? (long)sum : sum;
        }
    }

    // Half away from zero.
    private static Int128 Average(Int128 sum, int count, int moreDigits)
    {
        Int128 twice = Int128.Abs(sum) * 2 * (Int128)Math.Pow(10, moreDigits);
        return Int128.Sign(sum) * ((twice + count) / (2 * (Int128)count));
    }

    private static Int128 ToInt128(object value) => value switch
    {
        sbyte number => number,
        short number => number,
        int number => number,
        long number => number,
        _ => (Int128)value,
    };
}
