using QueryEngine.Analysis.Expressions;
using QueryEngine.Analysis.Scopes;
using QueryEngine.Plan;
using QueryEngine.Spi;

namespace QueryEngine.Analysis.Queries;

/// <summary>
/// Expressions of MEASURES and DEFINE. What they read of the match (a column, a navigation, an aggregate) is taken out: in the expression a column stands
/// for it, and what is read of each row is computed below.
/// </summary>
internal sealed class PatternExpressions(AnalysisContext context, NameScope source, PlanBuilder builder, IReadOnlyDictionary<string, ValueList<int>> variables)
{
    private const string Placeholder = "$input";

    /// <summary>An expression; <paramref name="isMeasure"/> tells MEASURES from DEFINE.</summary>
    public PatternExpression Analyze(Tree.Expression expression, bool isMeasure)
    {
        var inputs = new List<PatternInput>();
        Tree.Expression rewritten = SyntaxRewrite.Replace(expression, node => TakeOut(node) is { } input ? Stand(input, node, inputs) : null);
        NameScope scope = new(null, [.. inputs.Select((input, at) => new Field($"{Placeholder}{at}", input.Column))], CommonTables.None);
        var sink = new ExpressionSink(isMeasure ? "MEASURES" : "DEFINE") { AllowsSubqueries = false };
        var analyzer = new ExpressionAnalyzer(context, scope, sink);
        Expression analyzed = isMeasure ? analyzer.Analyze(rewritten) : analyzer.AnalyzeCondition(rewritten);
        return new PatternExpression(analyzed, inputs.ToValueList());

        PatternInput? TakeOut(Tree.SyntaxNode node) => node switch
        {
            Tree.ColumnReference column => Column(column, isMeasure),
            Tree.FunctionCall call => Call(call, isMeasure),
            _ => null,
        };
    }

    private static Tree.ColumnReference Stand(PatternInput input, Tree.SyntaxNode node, List<PatternInput> inputs)
    {
        inputs.Add(input);
        var name = new Tree.Identifier($"{Placeholder}{inputs.Count - 1}", IsQuoted: true) { Position = node.Position };
        return new Tree.ColumnReference(new Tree.QualifiedName([name]) { Position = node.Position }) { Position = node.Position };
    }

    // A column alone is that of the last row so far; a name that is neither a column nor a variable's is left for the error that it deserves.
    private PatternInput? Column(Tree.ColumnReference column, bool isMeasure)
    {
        if (VariableOf(column.Name) is null && source.Resolve(column.Name) is null)
        {
            // Resolved among the source's columns only for its suggestion.
            new ExpressionAnalyzer(context, source, new ExpressionSink(isMeasure ? "MEASURES" : "DEFINE")).Analyze(column);
            return null;
        }

        return Value(column, isFinal: false, fromFirst: false, skip: 0, offset: 0);
    }

    private PatternInput? Call(Tree.FunctionCall call, bool isMeasure)
    {
        string name = call.Name.Parts.Length == 1 ? call.Name.Last.Folded : string.Empty;
        if (call.IsFinal == true && !isMeasure)
            throw new QueryException(ErrorCode.SyntaxError, "FINAL is for MEASURES: in DEFINE the match is not complete yet", call.Position);
        switch (name)
        {
            case "classifier" or "match_number" or "first" or "last" or "prev" or "next" when call.Over is not null || call.IsDistinct || call.Filter is not null:
                throw new QueryException(ErrorCode.WrongObjectType, $"OVER, DISTINCT and FILTER are not for {name}", call.Position);
            case "classifier":
                return Classifier(call, isFinal: call.IsFinal == true, fromFirst: false, skip: 0, offset: 0);
            case "match_number":
                return call.Arguments.Length == 0
                    ? new PatternInput(context.Columns.New("match_number", SqlType.BigInt), PatternInputKind.MatchNumber)
                    : throw new QueryException(ErrorCode.UndefinedFunction, "match_number takes no argument", call.Position);
            case "first" or "last" or "prev" or "next":
                return Navigation(call);
            default:
                return context.Functions.IsAggregate(name) && call.Over is null ? Aggregate(call, name) : IsFinalOf(call);
        }
    }

    private static PatternInput? IsFinalOf(Tree.FunctionCall call) => call.IsFinal is null
        ? null
        : throw new QueryException(ErrorCode.SyntaxError, "FINAL and RUNNING are for FIRST, LAST, CLASSIFIER and aggregates", call.Position);

    // PREV(FIRST(a.x, 1), 2): logical inside physical.
    private PatternInput Navigation(Tree.FunctionCall call)
    {
        long offset = 0;
        Tree.FunctionCall? inner = call;
        string name = call.Name.Last.Folded;
        if (name is "prev" or "next")
        {
            if (call.IsFinal is not null)
                throw new QueryException(ErrorCode.SyntaxError, $"FINAL and RUNNING are not for {name}", call.Position);
            offset = Count(call, defaultCount: 1) * (name == "prev" ? -1 : 1);
            inner = call.Arguments[0] as Tree.FunctionCall;
            if (inner is null || inner.Name.Last.Folded is not ("first" or "last" or "classifier"))
                return Value(call.Arguments[0], isFinal: false, fromFirst: false, skip: 0, offset);
        }

        if (inner.Name.Last.Folded == "classifier")
            return Classifier(inner, inner.IsFinal == true, fromFirst: false, skip: 0, offset);
        int skip = (int)Count(inner, defaultCount: 0);
        bool fromFirst = inner.Name.Last.Folded == "first";
        return inner.Arguments[0] is Tree.FunctionCall { Name.Last.Folded: "classifier" } classifier
            ? Classifier(classifier, inner.IsFinal == true, fromFirst, skip, offset)
            : Value(inner.Arguments[0], inner.IsFinal == true, fromFirst, skip, offset);
    }

    private long Count(Tree.FunctionCall call, long defaultCount)
    {
        if (call.Arguments.Length is not (1 or 2))
            throw new QueryException(ErrorCode.UndefinedFunction, $"{call.Name.Last.Folded} takes a value and a number of rows", call.Position);
        if (call.Arguments.Length == 1)
            return defaultCount;
        var analyzer = new ExpressionAnalyzer(context, new NameScope(null, [], CommonTables.None), new ExpressionSink(call.Name.Last.Folded) { AllowsSubqueries = false });
        Expression count = analyzer.Analyze(call.Arguments[1]);
        return count.Type.IsNumeric && context.Constants.Evaluate(count) is { Value: not null } constant && context.Constants.Cast(constant, SqlType.BigInt).Value is long and >= 0 and <= int.MaxValue and var number
            ? number
            : throw new QueryException(ErrorCode.InvalidParameterValue, $"{call.Name.Last.Folded} takes a number of rows that is constant and not negative", call.Arguments[1].Position);
    }

    private PatternInput Value(Tree.Expression expression, bool isFinal, bool fromFirst, int skip, long offset)
    {
        (Expression inner, ValueList<int> counted) = OfRow(expression);
        Column column = builder.Compute(inner);
        return new PatternInput(context.Columns.Like(column), PatternInputKind.Value)
        {
            Variables = counted,
            IsFinal = isFinal,
            FromFirst = fromFirst,
            Skip = skip,
            Offset = offset,
            Source = column,
        };
    }

    private PatternInput Classifier(Tree.FunctionCall call, bool isFinal, bool fromFirst, int skip, long offset)
    {
        ValueList<int> counted = [];
        if (call.Arguments is [Tree.ColumnReference { Name: { Parts.Length: 1 } name }])
            counted = variables.TryGetValue(name.Last.Folded, out ValueList<int> known) ? known : throw UnknownVariable(name.Last);
        else if (call.Arguments.Length > 0)
            throw new QueryException(ErrorCode.UndefinedFunction, "classifier takes a variable or nothing", call.Position);
        return new PatternInput(context.Columns.New("classifier", SqlType.Varchar), PatternInputKind.Classifier)
        {
            Variables = counted,
            IsFinal = isFinal,
            FromFirst = fromFirst,
            Skip = skip,
            Offset = offset,
        };
    }

    private PatternInput Aggregate(Tree.FunctionCall call, string name)
    {
        if (call.IsDistinct || call.OrderBy.Length > 0 || call.WithinGroup.Length > 0)
            throw QueryException.NotSupported("DISTINCT and ORDER BY of an aggregate in MATCH_RECOGNIZE", call.Position);
        ValueList<int> counted = [];
        Tree.FunctionCall plain = call with { IsFinal = null, Filter = null };
        if (call.Arguments is [Tree.ColumnReference { Name: { Parts.Length: 1 } only }] && variables.TryGetValue(only.Last.Folded, out ValueList<int> ofVariable)
            && source.Resolve(only) is null)
            (counted, plain) = (ofVariable, plain with { Arguments = [], IsStar = true });
        var collector = new AggregateCollector();
        (Expression analyzed, ValueList<int> inArguments) = OfRow(plain, collector);
        AggregateUse use = collector.Aggregates.Single().Use;
        if (analyzed is not ColumnExpression result || call.Filter is { } && VariablesIn(call.Filter).Any())
            throw QueryException.NotSupported("this aggregate in MATCH_RECOGNIZE", call.Position);
        return new PatternInput(context.Columns.Like(result.Column), PatternInputKind.Aggregate)
        {
            Variables = counted.Count > 0 ? counted : inArguments,
            IsFinal = call.IsFinal == true,
            Function = use.Function,
            Arguments = builder.Compute(use.Arguments).ToValueList(),
            Filter = call.Filter is null ? null : builder.Compute(OfRow(call.Filter).Value),
        };
    }

    // An expression over one row: all its columns are of one variable, or of none.
    private (Expression Value, ValueList<int> Variables) OfRow(Tree.Expression expression, AggregateCollector? aggregates = null)
    {
        Tree.QualifiedName[] qualified = [.. VariablesIn(expression)];
        string[] names = [.. qualified.Select(name => name.Parts[0].Folded).Distinct()];
        if (names.Length > 1)
            throw new QueryException(ErrorCode.SyntaxError, $"columns of {names[0]} and {names[1]} cannot be read of one row", qualified[^1].Position);
        Tree.Expression plain = SyntaxRewrite.Replace(expression, node => node is Tree.ColumnReference { Name: var name } && VariableOf(name) is not null
            ? new Tree.ColumnReference(new Tree.QualifiedName([.. name.Parts[1..]]) { Position = name.Position }) { Position = name.Position }
            : null);
        var sink = new ExpressionSink("a navigation of MATCH_RECOGNIZE") { AllowsSubqueries = false, Aggregates = aggregates };
        Expression value = new ExpressionAnalyzer(context, source, sink).Analyze(plain);
        return (value, names.Length == 0 ? [] : variables[names[0]]);
    }

    private IEnumerable<Tree.QualifiedName> VariablesIn(Tree.Expression expression) =>
        SyntaxWalk.Descendants(expression).OfType<Tree.ColumnReference>().Select(column => column.Name).Where(name => VariableOf(name) is not null);

    private ValueList<int>? VariableOf(Tree.QualifiedName name) =>
        name.Parts.Length > 1 && variables.TryGetValue(name.Parts[0].Folded, out ValueList<int> known) ? known : null;

    private QueryException UnknownVariable(Tree.Identifier name) => new(
        ErrorCode.UndefinedObject, $"the pattern has no variable '{name.Value}'", name.Position, Suggestion.DidYouMean(name.Folded, variables.Keys));
}
