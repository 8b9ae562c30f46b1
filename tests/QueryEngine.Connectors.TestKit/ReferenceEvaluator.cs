using System.Text;
using QueryEngine.Spi;

namespace QueryEngine.Connectors.TestKit;

/// <summary>Computes expressions on boxed rows in the plainest way, as the dialect says.</summary>
internal sealed class ReferenceEvaluator(IReadOnlyList<ColumnHandle> columns)
{
    public bool Passes(IEnumerable<ConnectorExpression> conjuncts, object?[] row) => conjuncts.All(conjunct => Evaluate(conjunct, row) is true);

    public object? Evaluate(ConnectorExpression expression, object?[] row) => expression switch
    {
        ConnectorConstant constant => constant.Value,
        ConnectorColumn column => row[IndexOf(column.Column)],
        ConnectorCall call => EvaluateCall(call, row),
        _ => throw new NotSupportedException(expression.ToString()),
    };

    private int IndexOf(ColumnHandle column)
    {
        for (int index = 0; index < columns.Count; index++)
            if (columns[index] == column)
                return index;
        throw new InvalidOperationException($"no column {column}");
    }

    private object? EvaluateCall(ConnectorCall call, object?[] row)
    {
        object? Argument(int index) => Evaluate(call.Arguments[index], row);
        switch (call.Function)
        {
            case "$and":
                return And(call.Arguments.Select(argument => (bool?)Evaluate(argument, row)));
            case "$or":
                return !And(call.Arguments.Select(argument => !(bool?)Evaluate(argument, row)));
            case "$not":
                return !(bool?)Argument(0);
            case "$is_null":
                return Argument(0) is null;
            case "$is_distinct":
                return Argument(0) is { } l && Argument(1) is { } r ? BoxedValue.Compare(l, r) != 0 : Argument(0) is not null || Argument(1) is not null;
            case "$coalesce":
                return call.Arguments.Select(argument => Evaluate(argument, row)).FirstOrDefault(value => value is not null);
            case "$in":
                return In(Argument(0), [.. call.Arguments.Skip(1).Select(argument => Evaluate(argument, row))]);
            case "$like":
                return Argument(0) is string text && Argument(1) is string pattern ? Like(text, pattern) : null;
            default:
                return Argument(0) is { } left && Argument(1) is { } right ? Compare(call.Function, BoxedValue.Compare(left, right)) : null;
        }
    }

    private static bool? And(IEnumerable<bool?> values)
    {
        bool? result = true;
        foreach (bool? value in values)
            result &= value;
        return result;
    }

    private static bool? In(object? value, IReadOnlyList<object?> items)
    {
        if (value is null)
            return null;
        if (items.Any(item => item is not null && BoxedValue.Compare(value, item) == 0))
            return true;
        return items.Contains(null) ? null : false;
    }

    private static bool Compare(string function, int order) => function switch
    {
        "$eq" => order == 0,
        "$ne" => order != 0,
        "$lt" => order < 0,
        "$le" => order <= 0,
        "$gt" => order > 0,
        "$ge" => order >= 0,
        _ => throw new NotSupportedException(function),
    };

    private static bool Like(string text, string pattern) =>
        Like([.. text.EnumerateRunes()], [.. pattern.EnumerateRunes()]);

    private static bool Like(ReadOnlySpan<Rune> text, ReadOnlySpan<Rune> pattern)
    {
        if (pattern.IsEmpty)
            return text.IsEmpty;
        if (pattern[0].Value == '%')
            return Like(text, pattern[1..]) || (!text.IsEmpty && Like(text[1..], pattern));
        if (text.IsEmpty)
            return false;
        if (pattern[0].Value == '_')
            return Like(text[1..], pattern[1..]);
        if (pattern[0].Value == '\\')
            pattern = pattern[1..];
        return text[0] == pattern[0] && Like(text[1..], pattern[1..]);
    }
}
