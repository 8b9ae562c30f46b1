using QueryEngine.Spi;

namespace QueryEngine.Connectors.Objects;

/// <summary>Pushes conditions into the parameters of a method, and limits into its scan.</summary>
internal static class ObjectPushdown
{
    /// <summary>How many calls one scan makes at most for the values of conditions.</summary>
    public const int MaxCalls = 1_000;

    // Beyond, reading all pages of a table takes fewer requests than asking for so many keys.
    private const int MaxLookups = 100;

    public static PushdownAnswer Push(ObjectTable table, ObjectTableHandle handle, PushdownOperation operation) => operation switch
    {
        PushFilter filter => PushFilter(table, handle, filter),
        PushLimit limit => new PushdownAccepted(
            handle with { Limit = Math.Min(limit.Count, handle.Limit ?? long.MaxValue) }, Calls(handle) == 1 ? Guarantee.Exact : Guarantee.Superset)
        {
            Reason = Calls(handle) == 1 ? null : "every call of the method stops on its own",
        },
        _ => new PushdownRefused($"a method takes conditions and limits, no {operation.Kind}"),
    };

    /// <summary>The parameters that conditions have not given, as keys of a lookup; all that are required have to be known.</summary>
    public static LookupOffer? OfferLookup(ObjectTable table, ObjectTableHandle handle, ValueList<ColumnHandle> known)
    {
        ObjectParameter[] open = [.. table.Parameters.Where(parameter => handle.Keys.All(key => key.Column != parameter.Column))];
        ValueList<ColumnHandle> keys = known.Where(column => open.Any(parameter => parameter.Column == column.Name)).ToValueList();
        if (handle.Limit is not null || keys.Count == 0 || open.Any(parameter => parameter.IsRequired && keys.All(key => key.Name != parameter.Column)))
            return null;
        return new LookupOffer(keys) { IsRequired = open.Any(parameter => parameter.IsRequired), MaxKeys = MaxLookups, KeysAtOnce = 1 };
    }

    /// <summary>The table with the values of a key.</summary>
    public static ObjectTableHandle WithKey(ObjectTableHandle handle, ValueList<ColumnHandle> columns, ValueList<object?> values) => handle with
    {
        Keys = handle.Keys.Concat(columns.Zip(values, (column, value) => new ObjectKey(column.Name, [value])))
            .OrderBy(key => key.Column, StringComparer.Ordinal).ToValueList(),
    };

    /// <summary>The calls that a scan makes: a value of each key.</summary>
    public static IEnumerable<ValueList<object?>> Combinations(ObjectTableHandle handle)
    {
        IEnumerable<ValueList<object?>> combinations = [default];
        foreach (ObjectKey key in handle.Keys)
            combinations = combinations.SelectMany(combination => key.Values.Select(combination.Add));
        return combinations;
    }

    /// <summary>The call as text: <c>issues(repo: a, state: open)</c>.</summary>
    public static string Describe(ObjectTableHandle handle) =>
        $"{handle.Table}({string.Join(", ", handle.Keys.Select(key => $"{key.Column}: {string.Join(" | ", key.Values)}"))})" + (handle.Limit is { } limit ? $" limit {limit}" : "");

    private static long Calls(ObjectTableHandle handle) => handle.Keys.Aggregate(1L, (calls, key) => calls * key.Values.Count);

    private static PushdownAnswer PushFilter(ObjectTable table, ObjectTableHandle handle, PushFilter filter)
    {
        if (table.Parameters.Count == 0)
            return new PushdownRefused("the table has no parameters");
        if (handle.Limit is not null)
            return new PushdownRefused("the rows are limited before the condition");

        ValueList<ObjectKey> keys = handle.Keys;
        var exact = new HashSet<string>();
        foreach (ObjectParameter parameter in table.Parameters)
        {
            if (filter.Domain[parameter.Column]?.Values is not { } values)
                continue;
            ObjectKey? known = keys.FirstOrDefault(key => key.Column == parameter.Column);
            object?[] both = [.. values.Where(value => known is null || known.Values.Contains(value))];
            if (both.Length == 0 || Calls(handle with { Keys = With(keys, new ObjectKey(parameter.Column, [.. both])) }) > MaxCalls)
                continue;
            keys = With(keys, new ObjectKey(parameter.Column, [.. both]));
            if (!parameter.IsInRow)
                exact.Add(parameter.Column);
        }

        if (keys.Count == 0)
            return new PushdownRefused($"only equality and IN of {string.Join(", ", table.Parameters.Select(parameter => parameter.Column))} reach the method");
        ValueList<ConnectorExpression> residual = filter.Conjuncts.Where(conjunct => !IsKept(conjunct, exact)).ToValueList();
        return new PushdownAccepted(handle with { Keys = keys })
        {
            Residual = residual,
            Reason = residual.Count == 0 ? null : "the method may give more rows than its parameters say",
        };
    }

    private static ValueList<ObjectKey> With(ValueList<ObjectKey> keys, ObjectKey key) =>
        keys.Where(other => other.Column != key.Column).Append(key).OrderBy(other => other.Column, StringComparer.Ordinal).ToValueList();

    // The value of such a column is the one that was asked for.
    private static bool IsKept(ConnectorExpression conjunct, HashSet<string> exact) =>
        conjunct is ConnectorCall { Function: "$eq" or "$in" } call
        && call.Arguments.All(argument => argument is ConnectorConstant || (argument is ConnectorColumn column && exact.Contains(column.Column.Name)))
        && call.Arguments.Count(argument => argument is ConnectorColumn) == 1
        && (call.Function == "$eq" || call.Arguments[0] is ConnectorColumn);
}
