using QueryEngine.Spi;

namespace QueryEngine.Connectors.TestKit;

/// <summary>Joins boxed rows in the plainest way.</summary>
internal static class ReferenceJoins
{
    /// <summary>The join by the first of the places of each side; the function is <c>$eq</c>, <c>$lt</c>, or <c>$is_distinct</c> for its negation.</summary>
    public static List<object?[]> Join(
        ConnectorJoinKind kind, List<object?[]> left, List<object?[]> right, int[] leftPlaces, int[] rightPlaces, string function)
    {
        List<object?[]> joined = [];
        var matchedRight = new HashSet<object?[]>(ReferenceEqualityComparer.Instance);
        foreach (object?[] row in left)
        {
            List<object?[]> matches = right.FindAll(other => Matches(row[leftPlaces[0]], other[rightPlaces[0]], function));
            matchedRight.UnionWith(matches);
            object?[] values = [.. leftPlaces.Select(place => row[place])];
            if (kind is ConnectorJoinKind.Semi or ConnectorJoinKind.Anti)
            {
                if (matches.Count > 0 == (kind == ConnectorJoinKind.Semi))
                    joined.Add(values);
                continue;
            }

            joined.AddRange(matches.Select(match => (object?[])[.. values, .. rightPlaces.Select(place => match[place])]));
            if (matches.Count == 0 && kind is ConnectorJoinKind.Left or ConnectorJoinKind.Full)
                joined.Add([.. values, .. new object?[rightPlaces.Length]]);
        }

        if (kind is ConnectorJoinKind.Right or ConnectorJoinKind.Full)
            joined.AddRange(right.Where(row => !matchedRight.Contains(row))
                .Select(row => (object?[])[.. new object?[leftPlaces.Length], .. rightPlaces.Select(place => row[place])]));
        return joined;
    }

    private static bool Matches(object? left, object? right, string function)
    {
        if (left is null || right is null)
            return function == "$is_distinct" && left is null && right is null;
        int order = BoxedValue.Compare(left, right);
        return function == "$lt" ? order < 0 : order == 0;
    }
}

/// <summary>Computes functions of windows on boxed rows in the plainest way.</summary>
internal static class ReferenceWindows
{
    private static readonly string[] _always = ["rank", "dense_rank", "percent_rank", "cume_dist", "count", "min", "max", "sum"];
    private static readonly string[] _ofTotalOrders = [.. _always, "row_number", "ntile", "lag", "lead", "first_value", "last_value"];

    /// <summary>A call over a column; where the order is total also of functions that depend on the place of each row.</summary>
    public static ConnectorWindowCall Call(ColumnHandle column, bool isTotal, Random random)
    {
        string[] names = isTotal ? _ofTotalOrders : _always;
        string name = names[random.Next(names.Length)];
        if (name is "min" or "max" && !BoxedValue.IsOrdered(column.Type))
            name = "count";
        SqlType? sum = column.Type switch
        {
            { Kind: TypeKind.TinyInt or TypeKind.SmallInt or TypeKind.Integer } => SqlType.BigInt,
            { Kind: TypeKind.BigInt } => SqlType.Decimal(38, 0),
            DecimalType number => SqlType.Decimal(38, number.Scale),
            _ => null,
        };
        if (name == "sum" && sum is null)
            name = "count";
        ConnectorFrame frame = random.Next(3) == 0 ? new(ConnectorFrameUnit.Range, null, null)
            : isTotal && random.Next(2) == 0 ? new(ConnectorFrameUnit.Rows, random.Next(2) == 0 ? null : -2, random.Next(2) == 0 ? 0 : 1)
            : new(ConnectorFrameUnit.Range, null, 0);
        ValueList<ConnectorExpression> value = [new ConnectorColumn(column)];
        return name switch
        {
            "percent_rank" or "cume_dist" => new(name, [], SqlType.Double, frame),
            "ntile" => new(name, [new ConnectorConstant(4L, SqlType.BigInt)], SqlType.BigInt, frame),
            "lag" or "lead" => new(name, random.Next(2) == 0 ? value : [.. value, new ConnectorConstant(2L, SqlType.BigInt)], column.Type, frame),
            "count" => new(name, random.Next(2) == 0 ? [] : value, SqlType.BigInt, frame),
            "sum" => new(name, value, sum!, frame),
            "min" or "max" or "first_value" or "last_value" => new(name, value, column.Type, frame),
            _ => new(name, [], SqlType.BigInt, frame),
        };
    }

    /// <summary>The rows, each with the function's value at its end.</summary>
    public static List<object?[]> Compute(
        List<object?[]> rows, int[] partition, List<ConnectorSortKey> keys, int[] keyPlaces, int argument, ConnectorWindowCall call)
    {
        var computed = new List<object?[]>();
        foreach (IGrouping<string, object?[]> group in rows.GroupBy(row => Rows.Text([.. partition.Select(place => row[place])])))
        {
            var comparer = Comparer<object?[]>.Create((left, right) => Compare(left, right, keys, keyPlaces));
            List<object?[]> ordered = [.. group.Order(comparer)];
            for (int at = 0; at < ordered.Count; at++)
                computed.Add([.. ordered[at], Value(ordered, at, comparer, argument, call)]);
        }

        return computed;
    }

    private static object? Value(List<object?[]> rows, int at, Comparer<object?[]> comparer, int argument, ConnectorWindowCall call)
    {
        int first = rows.FindIndex(row => comparer.Compare(row, rows[at]) == 0);
        int last = rows.FindLastIndex(row => comparer.Compare(row, rows[at]) == 0);
        switch (call.Function)
        {
            case "row_number":
                return at + 1L;
            case "rank":
                return first + 1L;
            case "dense_rank":
                return Enumerable.Range(1, first).Count(row => comparer.Compare(rows[row - 1], rows[row]) != 0) + 1L;
            case "percent_rank":
                return rows.Count == 1 ? 0.0 : (double)first / (rows.Count - 1);
            case "cume_dist":
                return (last + 1.0) / rows.Count;
            case "ntile":
                int small = rows.Count / 4, larger = rows.Count % 4;
                return at < larger * (small + 1) ? (at / (small + 1)) + 1L : larger + ((at - (larger * (small + 1))) / small) + 1L;
            case "lag" or "lead":
                int step = call.Arguments.Count == 1 ? 1 : 2;
                int other = at + (call.Function == "lag" ? -step : step);
                return other >= 0 && other < rows.Count ? rows[other][argument] : null;
        }

        ConnectorFrame frame = call.Frame!;
        bool isRows = frame.Unit == ConnectorFrameUnit.Rows;
        int start = frame.Start is { } before ? Math.Max(0, isRows ? at + (int)before : first) : 0;
        int end = frame.End is { } after ? Math.Min(rows.Count - 1, isRows ? at + (int)after : last) : rows.Count - 1;
        object?[] values = [.. rows[start..(end + 1)].Select(row => row[argument])];
        return call.Function switch
        {
            "first_value" => values[0],
            "last_value" => values[^1],
            _ => ReferenceAggregates.Compute([.. values.Select(value => new[] { value })], [], 0, [new ConnectorAggregate(call.Function, call.Arguments, call.Type)])[0][0],
        };
    }

    private static int Compare(object?[] left, object?[] right, List<ConnectorSortKey> keys, int[] places)
    {
        for (int key = 0; key < places.Length; key++)
        {
            (object? l, object? r) = (left[places[key]], right[places[key]]);
            int order = (l, r) switch
            {
                (null, null) => 0,
                (null, _) => keys[key].NullsFirst ? -1 : 1,
                (_, null) => keys[key].NullsFirst ? 1 : -1,
                _ => BoxedValue.Compare(l, r) * (keys[key].Descending ? -1 : 1),
            };
            if (order != 0)
                return order;
        }

        return 0;
    }
}

/// <summary>Computes statistics of numbers in two passes.</summary>
internal static class ReferenceStatistics
{
    public static readonly string[] Functions =
    [
        "var_pop", "var_samp", "variance", "stddev_pop", "stddev_samp", "stddev", "covar_pop", "covar_samp", "corr", "regr_slope", "regr_intercept", "regr_r2",
        "regr_avgx", "regr_avgy", "regr_sxx", "regr_syy", "regr_sxy",
    ];

    public static bool IsOfPairs(string function) => function.StartsWith("regr", StringComparison.Ordinal) || function.StartsWith("co", StringComparison.Ordinal);

    public static double? Compute(string function, (object? Y, object? X)[] values)
    {
        static double Number(object value) => Convert.ToDouble(value, System.Globalization.CultureInfo.InvariantCulture);
        (double Y, double X)[] pairs = IsOfPairs(function)
            ? [.. values.Where(value => value is { Y: not null, X: not null }).Select(value => (Number(value.Y!), Number(value.X!)))]
            : [.. values.Where(value => value.Y is not null).Select(value => (Number(value.Y!), 0.0))];
        int count = pairs.Length;
        if (count == 0)
            return null;
        double meanY = pairs.Average(pair => pair.Y), meanX = pairs.Average(pair => pair.X);
        double yy = pairs.Sum(pair => (pair.Y - meanY) * (pair.Y - meanY)), xx = pairs.Sum(pair => (pair.X - meanX) * (pair.X - meanX));
        double xy = pairs.Sum(pair => (pair.X - meanX) * (pair.Y - meanY));
        return function switch
        {
            "var_pop" => yy / count,
            "var_samp" or "variance" => count > 1 ? yy / (count - 1) : null,
            "stddev_pop" => Math.Sqrt(yy / count),
            "stddev_samp" or "stddev" => count > 1 ? Math.Sqrt(yy / (count - 1)) : null,
            "covar_pop" => xy / count,
            "covar_samp" => count > 1 ? xy / (count - 1) : null,
            "corr" => xx == 0 || yy == 0 ? null : xy / Math.Sqrt(xx * yy),
            "regr_slope" => xx == 0 ? null : xy / xx,
            "regr_intercept" => xx == 0 ? null : meanY - (xy / xx * meanX),
            "regr_r2" => xx == 0 ? null : yy == 0 ? 1 : xy * xy / (xx * yy),
            "regr_avgx" => meanX,
            "regr_avgy" => meanY,
            "regr_sxx" => xx,
            "regr_syy" => yy,
            _ => xy,
        };
    }
}
