using QueryEngine.Spi;

namespace QueryEngine.Connectors.TestKit;

/// <summary>Conditions over the columns of a table, with values that occur in it, near ones, and hostile text.</summary>
internal sealed class RandomPredicates(IReadOnlyList<ColumnHandle> columns, IReadOnlyList<object?[]> rows, Random random)
{
    private static readonly string[] _hostile =
    [
        "", " ", "'", "''", "\\", "\\'", "' OR 1=1 --", "\"; DROP TABLE t; --", "%", "_", "a%b_c\\d", "\0x", "é", "ｚ", "😀", "\uE000", "$1", "?", ":x",
        "E'\\x27'", "-- ", "/*", "\n\r\t", new string('x', 3000),
    ];

    private static readonly string[] _comparisons = ["$eq", "$ne", "$lt", "$le", "$gt", "$ge", "$is_distinct"];

    public ConnectorExpression Next(int depth = 2) => random.Next(depth > 0 ? 10 : 6) switch
    {
        6 => Call("$and", Next(depth - 1), Next(depth - 1)),
        7 => Call("$or", Next(depth - 1), Next(depth - 1)),
        8 => Call("$not", Next(depth - 1)),
        9 => Call("$or", Next(depth - 1), Next(depth - 1), Next(depth - 1)),
        _ => Leaf(),
    };

    private static ConnectorCall Call(string function, params ReadOnlySpan<ConnectorExpression> arguments) =>
        new(function, ValueList.Create(arguments), SqlType.Boolean);

    private ConnectorCall Leaf()
    {
        ColumnHandle column = columns[random.Next(columns.Count)];
        var operand = new ConnectorColumn(column);
        if (!BoxedValue.IsOrdered(column.Type) || random.Next(8) == 0)
            return random.Next(2) == 0 ? Call("$is_null", operand) : Call("$not", Call("$is_null", operand));

        if (column.Type.Kind == TypeKind.Varchar && random.Next(4) == 0)
            return Call("$like", operand, new ConnectorConstant(Pattern(column), SqlType.Varchar));
        if (random.Next(5) == 0)
            return Call("$in", [operand, .. Enumerable.Range(0, random.Next(1, 6)).Select(_ => Constant(column))]);
        string function = _comparisons[random.Next(_comparisons.Length)];
        return random.Next(4) == 0 ? Call(function, Constant(column), operand) : Call(function, operand, Constant(column));
    }

    private string Pattern(ColumnHandle column)
    {
        string text = Value(column) as string ?? "";
        text = text.Length > 20 || text.Contains('\\', StringComparison.Ordinal) ? "a" : text;
        int cut = text.Length == 0 ? 0 : random.Next(text.Length);
        if (cut > 0 && char.IsLowSurrogate(text[cut]))
            cut--;
        return random.Next(6) switch
        {
            0 => text,
            1 => text[..cut] + "%",
            2 => "%" + text[cut..],
            3 => "%" + text[cut..] + "%",
            4 => text[..cut] + "_%",
            _ => text[..cut] + "\\%" + text[cut..],
        };
    }

    private ConnectorConstant Constant(ColumnHandle column) => new(random.Next(20) == 0 ? null : Value(column), column.Type);

    private object? Value(ColumnHandle column)
    {
        if (column.Type.IsText && random.Next(3) == 0)
            return Trim(_hostile[random.Next(_hostile.Length)], column.Type);

        int index = columns.ToList().IndexOf(column);
        object? value = rows[random.Next(rows.Count)][index];
        int step = random.Next(-1, 2);
        return (value, column.Type.Kind) switch
        {
            (string text, _) => Trim(text, column.Type),
            (int number, not TypeKind.Date) => number is int.MaxValue or int.MinValue ? number : number + step,
            (int number, _) => Math.Abs((long)number) < 1_000_000 ? number + step : number,
            (long number, TypeKind.BigInt) => number is long.MaxValue or long.MinValue ? number : number + step,
            _ => value,
        };
    }

    private static string Trim(string text, SqlType type) => type.Kind == TypeKind.Char ? text.TrimEnd(' ') : text;
}
