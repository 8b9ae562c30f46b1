using QueryEngine.Analysis.Scopes;
using QueryEngine.Functions;
using QueryEngine.Plan;
using QueryEngine.Spi;

namespace QueryEngine.Analysis.Queries;

/// <summary>Plans UNION, INTERSECT and EXCEPT: columns by place or by name, types unified.</summary>
internal sealed class SetOperationAnalyzer(AnalysisContext context, NameScope? outer, CommonTables commonTables)
{
    /// <summary>The plan of the operation.</summary>
    public QueryPlan Analyze(Tree.SetOperation operation)
    {
        var queries = new QueryAnalyzer(context);
        QueryPlan[] inputs = [.. operation.Inputs.Select(input => queries.AnalyzeBody(input, outer, commonTables))];
        return Combine(operation, inputs);
    }

    /// <summary>The operation over inputs that are planned.</summary>
    public QueryPlan Combine(Tree.SetOperation operation, QueryPlan[] inputs)
    {
        if (operation.Corresponding is { } corresponding)
            inputs = Corresponding(inputs, corresponding);
        else if (operation.IsByName)
            inputs = ByName(inputs);
        for (int input = 1; input < inputs.Length; input++)
            if (inputs[input].Outputs.Length != inputs[0].Outputs.Length)
                throw new QueryException(
                    ErrorCode.SyntaxError,
                    $"the inputs of {operation.Operator.ToString().ToUpperInvariant()} have {inputs[0].Outputs.Length} and {inputs[input].Outputs.Length} columns",
                    operation.Inputs[input].Position);

        SqlType[] types = [.. inputs[0].Outputs.Select((_, column) => CommonType(operation, inputs, column))];
        for (int input = 0; input < inputs.Length; input++)
            inputs[input] = Coerce(context, inputs[input], types);
        return operation.Operator == Tree.SetOperator.Union ? Union(operation, inputs) : Fold(operation, inputs);
    }

    /// <summary>The query with its outputs as other types.</summary>
    public static QueryPlan Coerce(AnalysisContext context, QueryPlan plan, IReadOnlyList<SqlType> types)
    {
        if (plan.Types.SequenceEqual(types))
            return plan;
        var builder = new PlanBuilder(context.Columns, plan.Node);
        Column[] columns = builder.Compute(plan.Outputs.Select((output, at) =>
            output.Column.Type == types[at] ? output.Column.Ref() : (Expression)new CastExpression(output.Column.Ref(), types[at])));
        return new QueryPlan(builder.Node, [.. plan.Outputs.Select((output, at) => new OutputColumn(output.Name, columns[at]))]);
    }

    private static SqlType CommonType(Tree.SetOperation operation, QueryPlan[] inputs, int column)
    {
        SqlType common = SqlType.Unknown;
        bool hasText = false;
        for (int input = 0; input < inputs.Length; input++)
        {
            OutputColumn output = inputs[input].Outputs[column];
            if (output.IsUntypedText)
            {
                hasText = true;
                continue;
            }

            common = Coercion.CommonType(common, output.Column.Type) ?? throw new QueryException(
                ErrorCode.TypeMismatch,
                $"{operation.Operator.ToString().ToUpperInvariant()} types {common} and {output.Column.Type} of column '{output.Name}' cannot be matched",
                PositionOf(operation.Inputs[input], column),
                "Cast one of them.");
        }

        return hasText && common is UnknownType or VarcharType or CharType ? SqlType.Varchar : common;
    }

    // The item of SELECT, where all of them are written.
    private static SourcePosition PositionOf(Tree.QueryBody input, int column) =>
        input is Tree.QuerySpecification select && select.Items.All(item => item is Tree.SelectExpression) && select.Items[column] is Tree.SelectExpression written
            ? written.Expression.Position
            : input.Position;

    private QueryPlan Union(Tree.SetOperation operation, QueryPlan[] inputs)
    {
        Column[] outputs = NewOutputs(inputs[0]);
        PlanNode node = new UnionNode(
            inputs.Select(input => input.Node).ToValueList(), outputs.ToValueList(), inputs.Select(ColumnsOf).ToValueList());
        if (!operation.IsAll)
            node = new AggregateNode(node, outputs.ToValueList(), []);
        return Named(node, inputs[0], outputs);
    }

    private QueryPlan Fold(Tree.SetOperation operation, QueryPlan[] inputs)
    {
        var kind = operation.Operator == Tree.SetOperator.Intersect ? SetOperation.Intersect : SetOperation.Except;
        QueryPlan left = inputs[0];
        foreach (QueryPlan right in inputs[1..])
        {
            Column[] outputs = NewOutputs(left);
            var node = new SetOperationNode(
                kind, operation.IsAll, left.Node, right.Node, outputs.ToValueList(), ColumnsOf(left), ColumnsOf(right));
            left = Named(node, left, outputs);
        }

        return left;
    }

    // The standard's CORRESPONDING: columns that all inputs have, in the order of the first.
    private static QueryPlan[] Corresponding(QueryPlan[] inputs, Tree.CorrespondingClause corresponding)
    {
        Tree.Identifier[] names = corresponding.Columns.Length > 0
            ? [.. corresponding.Columns]
            : [.. inputs[0].Outputs.Select(output => new Tree.Identifier(output.Name, IsQuoted: true) { Position = corresponding.Position })
                .Where(name => inputs.All(input => input.Outputs.Any(output => name.Matches(output.Name))))];
        if (names.Length == 0)
            throw new QueryException(ErrorCode.SyntaxError, "the inputs of CORRESPONDING have no column in common", corresponding.Position);
        return [.. inputs.Select(input => input with { Outputs = [.. names.Select(name => Named(input, name))] })];

        static OutputColumn Named(QueryPlan input, Tree.Identifier name) =>
            input.Outputs.Where(output => name.Matches(output.Name)).ToArray() switch
            {
                [var only] => only,
                [] => throw new QueryException(
                    ErrorCode.UndefinedColumn,
                    $"column '{name.Value}' of CORRESPONDING does not exist in every input",
                    name.Position,
                    Suggestion.DidYouMean(name.Value, input.Outputs.Select(output => output.Name))),
                _ => throw new QueryException(ErrorCode.AmbiguousColumn, $"column '{name.Value}' of CORRESPONDING is there more than once", name.Position),
            };
    }

    // Columns of one name meet; a missing one is NULL.
    private QueryPlan[] ByName(QueryPlan[] inputs)
    {
        string[] names = [.. inputs.SelectMany(input => input.Outputs).Select(output => output.Name).Distinct(StringComparer.OrdinalIgnoreCase)];
        return [.. inputs.Select(input =>
        {
            var builder = new PlanBuilder(context.Columns, input.Node);
            OutputColumn?[] present = [.. names.Select(name =>
                input.Outputs.FirstOrDefault(output => string.Equals(output.Name, name, StringComparison.OrdinalIgnoreCase)))];
            Column[] columns = builder.Compute(present.Select(output =>
                output is null ? ConstantExpression.Null(SqlType.Unknown) : (Expression)output.Column.Ref()));
            return new QueryPlan(builder.Node, [.. names.Select((name, at) => new OutputColumn(name, columns[at]))]);
        })];
    }

    private static ValueList<Column> ColumnsOf(QueryPlan plan) => plan.Outputs.Select(output => output.Column).ToValueList();

    private Column[] NewOutputs(QueryPlan first) => [.. first.Outputs.Select(output => context.Columns.New(output.Name, output.Column.Type))];

    private static QueryPlan Named(PlanNode node, QueryPlan first, Column[] outputs) =>
        new(node, [.. outputs.Select((column, at) => new OutputColumn(first.Outputs[at].Name, column))]);
}
