using QueryEngine.Spi;

namespace QueryEngine.Analysis.Expressions;

/// <summary>
/// rank, dense_rank, percent_rank and cume_dist of a row that is not there: <c>rank(3) WITHIN GROUP (ORDER BY x)</c> is one more than the number of
/// rows before it, <c>count(*) FILTER (WHERE x &lt; 3) + 1</c>. Written as calls of count, of which each row tells whether it comes before.
/// </summary>
internal static class HypotheticalSets
{
    /// <summary>Whether a call is one of these.</summary>
    public static bool Contains(Tree.FunctionCall call, string name) =>
        call.WithinGroup.Length > 0 && name is "rank" or "dense_rank" or "percent_rank" or "cume_dist";

    /// <summary>The call as an expression of counts.</summary>
    /// <exception cref="QueryException">FUNCTION_NOT_FOUND when there are not as many arguments as keys.</exception>
    public static Tree.Expression Rewrite(Tree.FunctionCall call, string name)
    {
        Tree.Expression counts = Counts(call, name);
        if (!call.Arguments.Any(argument => SyntaxWalk.Descendants(argument).Any(node => node is Tree.ColumnReference)))
            return counts;

        // The arguments belong to the group, not to its rows: beside the counts, columns in them must be grouped.
        var row = new Tree.RowConstructor([counts, .. call.Arguments]) { Position = call.Position };
        return new Tree.SubscriptExpression(row, Number("1", call)) { Position = call.Position };
    }

    private static Tree.Expression Counts(Tree.FunctionCall call, string name)
    {
        if (call.Arguments.Length != call.WithinGroup.Length)
            throw new QueryException(
                ErrorCode.UndefinedFunction, $"{name} has {call.Arguments.Length} arguments and {call.WithinGroup.Length} keys", call.Position, "Give one argument for each key of WITHIN GROUP.");

        Tree.Expression before = Or([.. Precedences(call)], call);
        Tree.Expression one = Number("1", call);
        switch (name)
        {
            case "rank":
                return Add(Count(call, before), one);
            case "dense_rank":
                Tree.FunctionCall rows = Count(call, before) with
                {
                    IsStar = false,
                    IsDistinct = true,
                    Arguments = [new Tree.RowConstructor([.. call.WithinGroup.Select(item => item.Expression)]) { Position = call.Position }],
                };
                return Add(rows, one);
            case "percent_rank":
                Tree.FunctionCall all = Count(call, null);
                return new Tree.CaseExpression(
                    null,
                    [new Tree.WhenClause(Compare(Tree.ComparisonOperator.Equal, all, Number("0", call)), Double(Number("0", call))) { Position = call.Position }],
                    Divide(Double(Count(call, before)), all))
                { Position = call.Position };
            default:
                Tree.Expression same = And([.. call.WithinGroup.Select((item, at) => IsSame(item.Expression, call.Arguments[at]))], call);
                return Divide(Double(Add(Count(call, Or([before, same], call)), one)), Add(Count(call, null), one));
        }
    }

    // For each key: the keys before it are the same, and it comes before.
    private static Tree.Expression[] Precedences(Tree.FunctionCall call) =>
    [
        .. call.WithinGroup.Select((item, at) => And(
            [.. Enumerable.Range(0, at).Select(prior => IsSame(call.WithinGroup[prior].Expression, call.Arguments[prior])), Precedes(item, call.Arguments[at])], call)),
    ];

    private static Tree.Expression Precedes(Tree.SortItem item, Tree.Expression argument)
    {
        Tree.Expression key = item.Expression;
        Tree.Expression isBefore = Compare(item.IsDescending ? Tree.ComparisonOperator.GreaterThan : Tree.ComparisonOperator.LessThan, key, argument);
        bool nullsFirst = item.NullsFirst ?? item.IsDescending;
        Tree.Expression byNull = And([IsNull(key, !nullsFirst), IsNull(argument, nullsFirst)], argument);
        return Or([new Tree.IsBooleanExpression(isBefore, true, false) { Position = argument.Position }, byNull], argument);
    }

    private static Tree.FunctionCall Count(Tree.FunctionCall call, Tree.Expression? condition)
    {
        Tree.Expression? filter = (call.Filter, condition) switch
        {
            (null, _) => condition,
            (_, null) => call.Filter,
            var (written, added) => And([written, added], call),
        };
        var name = new Tree.QualifiedName([new Tree.Identifier("count", IsQuoted: false) { Position = call.Position }]) { Position = call.Position };
        return new Tree.FunctionCall(name, []) { Position = call.Position, IsStar = true, Filter = filter };
    }

    private static Tree.ComparisonExpression IsSame(Tree.Expression left, Tree.Expression right) => Compare(Tree.ComparisonOperator.IsNotDistinctFrom, left, right);

    private static Tree.IsNullExpression IsNull(Tree.Expression value, bool isNegated) => new(value, isNegated) { Position = value.Position };

    private static Tree.ComparisonExpression Compare(Tree.ComparisonOperator comparison, Tree.Expression left, Tree.Expression right) =>
        new(comparison, left, right) { Position = right.Position };

    private static Tree.Expression And(ImmutableArray<Tree.Expression> terms, Tree.Expression at) =>
        terms is [var only] ? only : new Tree.LogicalExpression(Tree.LogicalOperator.And, terms) { Position = at.Position };

    private static Tree.Expression Or(ImmutableArray<Tree.Expression> terms, Tree.Expression at) =>
        terms is [var only] ? only : new Tree.LogicalExpression(Tree.LogicalOperator.Or, terms) { Position = at.Position };

    private static Tree.BinaryExpression Add(Tree.Expression left, Tree.Expression right) => new(Tree.BinaryOperator.Add, left, right) { Position = left.Position };

    private static Tree.BinaryExpression Divide(Tree.Expression left, Tree.Expression right) => new(Tree.BinaryOperator.Divide, left, right) { Position = left.Position };

    private static Tree.IntegerLiteral Number(string text, Tree.Expression at) => new(text) { Position = at.Position };

    private static Tree.CastExpression Double(Tree.Expression value) =>
        new(value, new Tree.NamedType(new Tree.QualifiedName([new Tree.Identifier("double", IsQuoted: false) { Position = value.Position }]) { Position = value.Position }, []) { Position = value.Position }, IsTry: false) { Position = value.Position };
}
