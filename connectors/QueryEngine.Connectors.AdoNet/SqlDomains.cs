using QueryEngine.Spi;

namespace QueryEngine.Connectors.AdoNet;

/// <summary>Writes the domain of a column as a condition on it.</summary>
internal static class SqlDomains
{
    private const int MaxValues = 1_000;

    /// <summary>Conditions that hold for at least the rows inside, on those of the columns that are the table's own.</summary>
    public static IEnumerable<ConnectorExpression> ToConditions(TupleDomain domain, IReadOnlyList<ColumnHandle> columns)
    {
        foreach (ColumnDomain column in domain.Columns)
            if (!column.Domain.IsAll && columns.FirstOrDefault(candidate => candidate.Name == column.Column) is SqlColumn { RemoteType.Length: > 0 } handle)
                yield return ToCondition(column, handle);
    }

    private static ConnectorExpression ToCondition(ColumnDomain column, ColumnHandle handle)
    {
        var operand = new ConnectorColumn(handle);
        var any = new List<ConnectorExpression>();
        var singles = new List<ConnectorExpression>();
        ValueList<ValueRange> ranges = column.Domain.Ranges.Count > MaxValues ? [Span(column.Domain.Ranges)] : column.Domain.Ranges;
        foreach (ValueRange range in ranges)
        {
            if (range.SingleValue is { } value)
                singles.Add(new ConnectorConstant(value, handle.Type));
            else if (ToCondition(operand, range) is { } condition)
                any.Add(condition);
            else
                any.Add(Call("$not", Call("$is_null", operand)));
        }

        if (singles.Count > 0)
            any.Add(Call("$in", [operand, .. singles]));
        if (column.Domain.NullAllowed)
            any.Add(Call("$is_null", operand));
        return any.Count switch
        {
            0 => new ConnectorConstant(false, SqlType.Boolean),
            1 => any[0],
            _ => Call("$or", [.. any]),
        };
    }

    private static ConnectorCall? ToCondition(ConnectorColumn column, ValueRange range)
    {
        ConnectorCall? low = range.Low is null ? null
            : Call(range.LowInclusive ? "$ge" : "$gt", column, new ConnectorConstant(range.Low, column.Type));
        ConnectorCall? high = range.High is null ? null
            : Call(range.HighInclusive ? "$le" : "$lt", column, new ConnectorConstant(range.High, column.Type));
        return low is null ? high : high is null ? low : Call("$and", low, high);
    }

    // From the lowest bound to the highest.
    private static ValueRange Span(ValueList<ValueRange> ranges)
    {
        object? low = ranges[0].Low, high = ranges[0].High;
        foreach (ValueRange range in ranges)
        {
            low = low is null || range.Low is null ? null : BoxedValue.Compare(range.Low, low) < 0 ? range.Low : low;
            high = high is null || range.High is null ? null : BoxedValue.Compare(range.High, high) > 0 ? range.High : high;
        }

        return new ValueRange(low, true, high, true);
    }

    private static ConnectorCall Call(string function, params ReadOnlySpan<ConnectorExpression> arguments) =>
        new(function, ValueList.Create(arguments), SqlType.Boolean);
}
