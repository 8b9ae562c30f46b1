using QueryEngine.Spi;

namespace QueryEngine.Connectors.AdoNet;

/// <summary>Decides which operations a relational source takes over, by writing them: what can be written exactly is accepted.</summary>
public sealed class SqlPushdown(SqlDialect dialect)
{
    internal const string RoughFilter = "the source checks a condition only roughly, so the engine must see the rows first";

    /// <summary>The kinds that are accepted of every source.</summary>
    public const PushdownKinds Kinds =
        PushdownKinds.Filter | PushdownKinds.Projection | PushdownKinds.Limit | PushdownKinds.TopN | PushdownKinds.Aggregation
        | PushdownKinds.Join;

    /// <summary>The kinds that are accepted of this source.</summary>
    public PushdownKinds AcceptedKinds =>
        Kinds | (dialect.Windows.Count > 0 ? PushdownKinds.Window : 0) | (dialect.TakesUnions ? PushdownKinds.Union : 0);

    /// <summary>Answers for a handle of this source.</summary>
    public PushdownAnswer TryPush(SqlTableHandle handle, PushdownOperation operation) => operation switch
    {
        PushFilter filter => PushFilter(handle, filter),
        PushProjection projection => PushProjection(handle, projection),
        PushLimit limit => PushLimit(handle, limit),
        PushTopN topN => PushTopN(handle, topN),
        PushAggregation aggregation => PushAggregation(handle, aggregation),
        PushJoin join => SqlJoins.Push(dialect, handle, join),
        PushWindow window => SqlWindows.Push(dialect, handle, window, WhyNotWritten),
        PushUnion union => SqlUnions.Push(dialect, handle, union),
        _ => new PushdownRefused($"the connector pushes no {operation.Kind}"),
    };

    private PushdownAnswer PushFilter(SqlTableHandle handle, PushFilter filter)
    {
        SqlTableHandle below = handle.IsOfSingleRows ? handle : handle.Over();
        var accepted = new List<PushedCondition>(below.Filter);
        var residual = new List<ConnectorExpression>();
        var reasons = new List<string>();
        foreach (ConnectorExpression conjunct in filter.Conjuncts)
        {
            string? reason = WhyNotWritten(below, writer => writer.Write(conjunct));
            if (reason is null)
            {
                Add(new PushedCondition(conjunct, Guarantee.Exact));
                continue;
            }

            residual.Add(conjunct);
            if (WhyNotWritten(below, writer => dialect.WriteSuperset(writer, conjunct)) is null)
                Add(new PushedCondition(conjunct, Guarantee.Superset));
            if (!reasons.Contains(reason))
                reasons.Add(reason);
        }

        string? why = reasons.Count == 0 ? null : string.Join("; ", reasons);
        if (accepted.Count == below.Filter.Count)
            return why is null ? new PushdownAccepted(handle) : new PushdownRefused(why);
        return new PushdownAccepted(below with { Filter = [.. accepted] }) { Residual = [.. residual], Reason = why };

        void Add(PushedCondition condition)
        {
            if (!accepted.Contains(condition))
                accepted.Add(condition);
        }
    }

    private PushdownAnswer PushProjection(SqlTableHandle handle, PushProjection projection)
    {
        SqlTableHandle below = handle.Aggregation is null ? handle : handle.Over();
        var computations = new List<SqlComputation>(below.Computations);
        var outputs = new List<ColumnHandle>();
        foreach (ConnectorExpression expression in projection.Expressions)
        {
            if (expression is ConnectorColumn column)
            {
                outputs.Add(column.Column);
                continue;
            }

            if (expression is ConnectorConstant { Value: null })
                return new PushdownRefused("NULL has no type of its own in the source");
            if (!dialect.HasTruthValues && expression.Type.Kind == TypeKind.Boolean)
                return new PushdownRefused("the source has no values of truth");
            if (WhyNotWritten(below, writer => writer.Write(expression)) is { } reason)
                return new PushdownRefused(reason);
            if (computations.FirstOrDefault(known => known.Expression == expression) is { } known)
            {
                outputs.Add(known.Column);
                continue;
            }

            SqlColumn computed = Computed($"computed_{Depth(handle)}_{computations.Count + 1}", expression.Type, [expression]);
            computations.Add(new SqlComputation(computed, expression));
            outputs.Add(computed);
        }

        SqlTableHandle pushed = computations.Count == below.Computations.Count ? handle : below with { Computations = [.. computations] };
        return new PushdownAccepted(pushed) { Outputs = [.. outputs] };
    }

    private PushdownAnswer PushLimit(SqlTableHandle handle, PushLimit limit)
    {
        if (dialect.WhyNoLimit is { } unknown)
            return new PushdownRefused(unknown);
        if (handle.IsSuperset)
            return new PushdownRefused(RoughFilter);
        return new PushdownAccepted(handle.Limit <= limit.Count ? handle : handle with { Limit = limit.Count });
    }

    private PushdownAnswer PushTopN(SqlTableHandle handle, PushTopN topN)
    {
        if (dialect.WhyNoLimit is { } unknown)
            return new PushdownRefused(unknown);
        if (handle.IsSuperset)
            return new PushdownRefused(RoughFilter);
        if (handle.Order == topN.Keys && handle.Limit <= topN.Count)
            return new PushdownAccepted(handle);

        SqlTableHandle below = handle.Limit is null ? handle : handle.Over();
        foreach (ConnectorSortKey key in topN.Keys)
        {
            var column = new ConnectorColumn(key.Column);
            string? reason = dialect.WhyNotComparable(column, column, ordered: true)
                ?? WhyNotWritten(below, writer => writer.WhyNotComparable(column, ordered: true) ?? writer.WriteOrdered(column));
            if (reason is not null)
                return new PushdownRefused(reason);
        }

        return new PushdownAccepted(below with { Order = topN.Keys, Limit = topN.Count });
    }

    private PushdownAnswer PushAggregation(SqlTableHandle handle, PushAggregation aggregation)
    {
        if (handle.IsSuperset)
            return new PushdownRefused(RoughFilter);

        // Groups of computed values are written over a query that computes them: values that are parameters would not be the same ones otherwise.
        bool isPlain = handle.IsOfSingleRows && !handle.Computations.Any(computation => aggregation.GroupBy.Contains(computation.Column));
        SqlTableHandle below = isPlain ? handle : handle.Over();
        foreach (ColumnHandle group in aggregation.GroupBy)
        {
            var column = new ConnectorColumn(group);
            string? reason = dialect.WhyNotComparable(column, column, ordered: false)
                ?? WhyNotWritten(below, writer => writer.WhyNotComparable(column, ordered: false) ?? writer.Write(column));
            if (reason is not null)
                return new PushdownRefused(reason);
        }

        var aggregates = new List<SqlAggregate>();
        foreach (ConnectorAggregate call in aggregation.Aggregates)
        {
            SqlColumn column = Computed($"{call.Function}_{Depth(handle)}_{aggregates.Count + 1}", call.Type, call.Arguments);
            var aggregate = new SqlAggregate(column, call);
            SqlTableHandle alone = below with { Aggregation = new SqlAggregation([], [aggregate]) };
            if (WhyNotWritten(alone, writer => writer.Write(new ConnectorColumn(column))) is { } reason)
                return new PushdownRefused(reason);
            aggregates.Add(aggregate);
        }

        return new PushdownAccepted(below with { Aggregation = new SqlAggregation(aggregation.GroupBy, [.. aggregates]) })
        {
            Outputs = [.. aggregation.GroupBy, .. aggregates.Select(aggregate => aggregate.Column)],
        };
    }

    // A computed value compares no better than the columns it is made of.
    private SqlColumn Computed(string name, SqlType type, ValueList<ConnectorExpression> from)
    {
        var column = new SqlColumn(name, type, "");
        if (!type.IsText)
            return column;
        foreach (ConnectorExpression expression in from)
        {
            if (expression is ConnectorColumn { Column: SqlColumn source } && source.Comparison < column.Comparison)
                column = column with { Comparison = source.Comparison, Reason = source.Reason };
            if (expression is ConnectorConstant && dialect.ConstantComparison < column.Comparison)
                column = column with { Comparison = dialect.ConstantComparison, Reason = "text written as a constant is compared by rules of the source" };
            if (expression is ConnectorCall call && Computed(name, type, call.Arguments) is { } inner && inner.Comparison < column.Comparison)
                column = inner;
        }

        return column;
    }

    /// <summary>A number that names columns computed at this level apart from those below.</summary>
    internal static int Depth(SqlTableHandle handle)
    {
        int depth = handle.Aggregation is null && handle.Computations.Count == 0 && handle.Windows.Count == 0 ? 0 : 1;
        for (SqlTableHandle? below = handle.Source; below is not null; below = below.Source)
            depth++;
        return depth;
    }

    private string? WhyNotWritten(SqlTableHandle handle, Func<SqlExpressionWriter, string?> write)
    {
        var scope = new HandleScope(handle, innerColumns: null);
        return write(new SqlExpressionWriter(dialect, new SqlText(), dialect.Values, scope));
    }
}
