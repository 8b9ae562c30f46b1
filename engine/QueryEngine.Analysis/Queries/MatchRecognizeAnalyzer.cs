using QueryEngine.Analysis.Expressions;
using QueryEngine.Analysis.Scopes;
using QueryEngine.Plan;
using QueryEngine.Spi;

namespace QueryEngine.Analysis.Queries;

/// <summary>
/// Plans MATCH_RECOGNIZE. Columns of one row per match: the partition's, then the measures; of all rows: the partition's, the order's, the measures, then the
/// others of the source.
/// </summary>
internal sealed class MatchRecognizeAnalyzer(AnalysisContext context, NameScope? outer, CommonTables commonTables)
{
    /// <summary>The plan over a source.</summary>
    public RelationPlan Analyze(Tree.MatchRecognizeRelation match, RelationPlan source)
    {
        var program = new PatternProgram(match.Syntax);
        Dictionary<string, ValueList<int>> variables = VariablesOf(match, program);
        PatternRows rows = RowsOf(match);
        if (rows == PatternRows.AllAndUnmatched && program.Hides)
            throw new QueryException(ErrorCode.SyntaxError, "a pattern with exclusions cannot show unmatched rows", match.Syntax.Position);

        var scope = new NameScope(outer, source.Fields, commonTables);
        var analyzer = new ExpressionAnalyzer(context, scope, new ExpressionSink("MATCH_RECOGNIZE") { AllowsSubqueries = false });
        var builder = new PlanBuilder(context.Columns, source.Node);
        Column[] partition = builder.Compute(match.PartitionBy.Select(analyzer.Analyze));
        Column[] order = builder.Compute(match.OrderBy.Select(item => analyzer.Analyze(item.Expression)));
        ValueList<SortKey> keys = match.OrderBy.Select((item, at) => new SortKey(order[at], item.IsDescending, item.NullsFirst ?? item.IsDescending)).ToValueList();

        var expressions = new PatternExpressions(context, scope, builder, variables);
        var conditions = new List<PatternCondition>();
        foreach (Tree.NamedExpression definition in match.Definitions)
        {
            int variable = IndexOf(program, definition.Alias!, "DEFINE");
            if (conditions.Any(other => other.Variable == variable))
                throw new QueryException(ErrorCode.DuplicateAlias, $"variable '{definition.Alias!.Value}' is defined more than once", definition.Position);
            conditions.Add(new PatternCondition(variable, expressions.Analyze(definition.Expression, isMeasure: false)));
        }

        var measures = new List<PatternMeasure>();
        foreach (Tree.NamedExpression measure in match.Measures)
        {
            PatternExpression value = expressions.Analyze(measure.Expression, isMeasure: true);
            measures.Add(new PatternMeasure(context.Columns.New(measure.Alias!.Folded, value.Expression.Type), value));
        }

        var node = new MatchRecognizeNode(
            builder.Node,
            partition.Distinct().ToValueList(),
            keys,
            match.Pattern,
            program.Steps.ToValueList(),
            program.Variables.ToValueList(),
            conditions.ToValueList(),
            measures.ToValueList(),
            rows,
            SkipOf(match, program, variables));
        return new RelationPlan(node, Fields(match, source, partition, order, measures));
    }

    private static ImmutableArray<Field> Fields(
        Tree.MatchRecognizeRelation match, RelationPlan source, Column[] partition, Column[] order, List<PatternMeasure> measures)
    {
        IEnumerable<Field> before = match.PartitionBy.Select((expression, at) => new Field(NameOf(expression), partition[at]));
        IEnumerable<Field> computed = measures.Select(measure => new Field(measure.Output.Name, measure.Output));
        if (!match.AllRows)
            return [.. before, .. computed];
        before = before.Concat(match.OrderBy.Select((item, at) => new Field(NameOf(item.Expression), order[at]))).DistinctBy(field => field.Column);
        HashSet<Column> taken = [.. partition, .. order];
        return [.. before, .. computed, .. source.Star.Where(field => !taken.Contains(field.Column)).Select(field => field with { Relation = null })];
    }

    private static string? NameOf(Tree.Expression expression) => expression is Tree.ColumnReference column ? column.Name.Last.Folded : null;

    private static PatternRows RowsOf(Tree.MatchRecognizeRelation match) => (match.AllRows, match.EmptyMatches) switch
    {
        (false, _) => PatternRows.One,
        (true, null or "SHOW EMPTY MATCHES") => PatternRows.All,
        (true, "OMIT EMPTY MATCHES") => PatternRows.AllButEmpty,
        (true, "WITH UNMATCHED ROWS") => PatternRows.AllAndUnmatched,
        _ => throw new QueryException(
            ErrorCode.SyntaxError, $"ALL ROWS PER MATCH {match.EmptyMatches} is not known", match.Position, "There are SHOW EMPTY MATCHES, OMIT EMPTY MATCHES and WITH UNMATCHED ROWS."),
    };

    private static Dictionary<string, ValueList<int>> VariablesOf(Tree.MatchRecognizeRelation match, PatternProgram program)
    {
        var variables = new Dictionary<string, ValueList<int>>(StringComparer.Ordinal);
        for (int variable = 0; variable < program.Variables.Count; variable++)
            variables.Add(program.Variables[variable], [variable]);
        foreach (Tree.FunctionCall subset in match.Subsets)
        {
            var members = new List<int>();
            foreach (Tree.Expression member in subset.Arguments)
                members.Add(member is Tree.ColumnReference { Name.Parts: [var name] }
                    ? IndexOf(program, name, "SUBSET")
                    : throw new QueryException(ErrorCode.SyntaxError, "SUBSET lists variables of the pattern", member.Position));
            if (!variables.TryAdd(subset.Name.Last.Folded, members.ToValueList()))
                throw new QueryException(ErrorCode.DuplicateAlias, $"variable '{subset.Name.Last.Value}' is there already", subset.Position);
        }

        return variables;
    }

    private static int IndexOf(PatternProgram program, Tree.Identifier name, string clause) => program.Variables.ToList().IndexOf(name.Folded) is >= 0 and var index
        ? index
        : throw new QueryException(
            ErrorCode.UndefinedObject, $"{clause} names '{name.Value}', which is not in the pattern", name.Position, Suggestion.DidYouMean(name.Folded, program.Variables));

    private static PatternSkip SkipOf(Tree.MatchRecognizeRelation match, PatternProgram program, Dictionary<string, ValueList<int>> variables)
    {
        string[] words = match.AfterMatchSkip?.Split(' ') ?? ["PAST", "LAST", "ROW"];
        return words switch
        {
            ["PAST", "LAST", "ROW"] => new PatternSkip(PatternSkipMode.PastLastRow, []),
            ["TO", "NEXT", "ROW"] => new PatternSkip(PatternSkipMode.ToNextRow, []),
            ["TO", "FIRST", var name] => new PatternSkip(PatternSkipMode.ToFirst, Of(name)),
            ["TO", "LAST", var name] => new PatternSkip(PatternSkipMode.ToLast, Of(name)),
            ["TO", var name] => new PatternSkip(PatternSkipMode.ToLast, Of(name)),
            _ => throw new QueryException(ErrorCode.SyntaxError, $"AFTER MATCH SKIP {match.AfterMatchSkip} is not known", match.Position),
        };

        ValueList<int> Of(string name) => variables.TryGetValue(name.ToLowerInvariant(), out ValueList<int> known)
            ? known
            : throw new QueryException(
                ErrorCode.UndefinedObject, $"AFTER MATCH SKIP names '{name}', which is not in the pattern", match.Position, Suggestion.DidYouMean(name.ToLowerInvariant(), program.Variables));
    }
}
