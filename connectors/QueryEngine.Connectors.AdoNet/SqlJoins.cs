using QueryEngine.Spi;

namespace QueryEngine.Connectors.AdoNet;

/// <summary>Joins two queries of one source.</summary>
public static class SqlJoins
{
    /// <summary>The answer of a dialect.</summary>
    internal static PushdownAnswer Push(SqlDialect dialect, SqlTableHandle left, PushJoin join)
    {
        var right = (SqlTableHandle)join.Right;
        if (left.IsSuperset || right.IsSuperset)
            return new PushdownRefused(SqlPushdown.RoughFilter);
        if (dialect.WhyNotJoined(join) is { } impossible)
            return new PushdownRefused(impossible);
        if (join.JoinKind == ConnectorJoinKind.Full && !join.Conjuncts.All(conjunct => conjunct is ConnectorCall { Function: "$eq" }))
            return new PushdownRefused("a full join by more than equality is not done by every source");

        int depth = 1 + Math.Max(Depth(left), Depth(right));
        ColumnHandle[] outputs =
        [
            .. join.LeftColumns.Select((column, place) => Output(column, $"join_{depth}_left_{place + 1}")),
            .. join.RightColumns.Select((column, place) => Output(column, $"join_{depth}_right_{place + 1}")),
        ];
        ValueList<ConnectorExpression> conjuncts = join.Conjuncts.Select(conjunct => Rename(conjunct, outputs, join.LeftColumns.Count)).ToValueList();
        var joined = new SqlTableHandle(left.Table)
        {
            Source = left,
            Join = new SqlJoin(join.JoinKind, right, join.LeftColumns, join.RightColumns, [.. outputs], conjuncts),
        };
        if (!dialect.JoinsNullSafely && conjuncts.Any(IsSame) && SetOperation(left, joined.Join) is null)
            return new PushdownRefused("the source compares each row with every other where NULLs are equal");
        foreach (ConnectorExpression conjunct in conjuncts)
        {
            if (HasMixedCollations(conjunct))
                return new PushdownRefused("the source compares text of different collations by other rules");
            var writer = new SqlExpressionWriter(dialect, new SqlText(), dialect.Values, new HandleScope(joined, innerColumns: null));
            if (dialect.WriteJoinCondition(writer, conjunct) is { } reason)
                return new PushdownRefused(reason);
        }

        bool isFilter = join.JoinKind is ConnectorJoinKind.Semi or ConnectorJoinKind.Anti;
        return new PushdownAccepted(joined) { Outputs = [.. isFilter ? outputs.Take(join.LeftColumns.Count) : outputs] };
    }

    /// <summary>
    /// The columns of the right side in the order of the left's, where a semi or anti join is INTERSECT or EXCEPT: the left rows are different from each other, and
    /// all their columns are compared so that NULLs are equal. Else null.
    /// </summary>
    public static IReadOnlyList<ColumnHandle>? SetOperation(SqlTableHandle left, SqlJoin join)
    {
        bool isDistinct = join.Kind is ConnectorJoinKind.Semi or ConnectorJoinKind.Anti && left is { Aggregation: { Aggregates.Count: 0 } groups, Windows.Count: 0 }
            && groups.GroupBy.Count == join.LeftColumns.Count && groups.GroupBy.All(join.LeftColumns.Contains) && join.Conjuncts.Count == join.LeftColumns.Count;
        if (!isDistinct)
            return null;
        var columns = new ColumnHandle?[join.LeftColumns.Count];
        foreach (ConnectorExpression conjunct in join.Conjuncts)
        {
            if (!IsSame(conjunct) || ((ConnectorCall)((ConnectorCall)conjunct).Arguments[0]).Arguments is not [ConnectorColumn first, ConnectorColumn second])
                return null;
            (int one, int other) = (join.Outputs.ToList().IndexOf(first.Column), join.Outputs.ToList().IndexOf(second.Column));
            (int place, int right) = (Math.Min(one, other), Math.Max(one, other) - columns.Length);
            if (place < 0 || place >= columns.Length || right < 0 || columns[place] is not null || first.Type != second.Type)
                return null;
            columns[place] = join.RightColumns[right];
        }

        return columns!;
    }

    private static bool IsSame(ConnectorExpression condition) =>
        condition is ConnectorCall { Function: "$not", Arguments: [ConnectorCall { Function: "$is_distinct" }] };

    /// <summary>Whether a column of a join's condition is one of its right side.</summary>
    public static bool IsOfRight(ColumnHandle column) => column.Name.StartsWith("join_", StringComparison.Ordinal) && column.Name.Contains("_right_", StringComparison.Ordinal);

    // A column of the join is computed: what the table's own name of its type says does not hold for it.
    private static ColumnHandle Output(ColumnHandle column, string name) =>
        column is SqlColumn remote ? remote with { Name = name, RemoteType = "", IsCastToText = false } : new SqlColumn(name, column.Type, "");

    private static ConnectorExpression Rename(ConnectorExpression expression, ColumnHandle[] outputs, int left) => expression switch
    {
        ConnectorJoinColumn column => new ConnectorColumn(outputs[column.Place + (column.IsOfRight ? left : 0)]),
        ConnectorCall call => call with { Arguments = call.Arguments.Select(argument => Rename(argument, outputs, left)).ToValueList() },
        _ => expression,
    };

    private static bool HasMixedCollations(ConnectorExpression expression) => Collations(expression).Distinct().Skip(1).Any();

    private static IEnumerable<string?> Collations(ConnectorExpression expression) => expression switch
    {
        ConnectorColumn { Column: SqlColumn { Type.IsText: true } column } => [column.Collation],
        ConnectorCall call => call.Arguments.SelectMany(Collations),
        _ => [],
    };

    private static int Depth(SqlTableHandle handle)
    {
        int depth = 0;
        for (SqlTableHandle? level = handle; level is not null; level = level.Source)
            if (level.Join is { } join)
                depth = Math.Max(depth, 1 + Depth(join.Right)) + 1;
        return depth;
    }
}
