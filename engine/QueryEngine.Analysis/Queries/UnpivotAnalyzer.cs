using QueryEngine.Analysis.Expressions;
using QueryEngine.Analysis.Scopes;
using QueryEngine.Analysis.Types;
using QueryEngine.Plan;
using QueryEngine.Spi;

namespace QueryEngine.Analysis.Queries;

/// <summary>
/// Plans UNPIVOT: each row once for every input, with the input's name and its values, by unnesting arrays of them side by side.
/// Columns: those of the source that no input names, the name, the values. Rows whose values are all NULL are left out unless INCLUDE NULLS.
/// </summary>
internal sealed class UnpivotAnalyzer(AnalysisContext context, NameScope? outer, CommonTables commonTables)
{
    private readonly Coercer _coercer = new(context.Constants);

    /// <summary>The plan over a source.</summary>
    public RelationPlan Analyze(Tree.UnpivotRelation unpivot, RelationPlan source)
    {
        var scope = new NameScope(outer, source.Fields, commonTables);
        var analyzer = new ExpressionAnalyzer(context, scope, new ExpressionSink("UNPIVOT") { AllowsSubqueries = false });
        Operand[][] inputs = [.. unpivot.Inputs.Select(input => Values(unpivot, input, analyzer))];
        Operand[] names = [.. unpivot.Inputs.Select(input => input.Alias is null
            ? new Operand(new ConstantExpression(string.Join('_', input.Columns.Select(NameOf)), SqlType.Varchar), input.Position)
            : analyzer.Operand(input.Alias))];

        var builder = new PlanBuilder(context.Columns, source.Node);
        IEnumerable<Expression> arrays = Enumerable.Range(0, unpivot.Values.Length)
            .Select(value => ArrayOf([.. inputs.Select(input => input[value])], unpivot.Values[value].Value));
        Column[] columns = builder.Compute([ArrayOf(names, unpivot.Name.Value), .. arrays]);
        Tree.Identifier[] labels = [unpivot.Name, .. unpivot.Values];
        UnnestItem[] items = [.. columns.Select((column, at) =>
            new UnnestItem(column, [context.Columns.New(labels[at].Folded, ((ArrayType)column.Type).Element)]))];
        builder.Add(new UnnestNode(builder.Node, source.Node.Columns, items.ToValueList(), Ordinality: null, IsOuter: false));
        if (!unpivot.IncludeNulls)
            builder.Filter(Make.Or(items.Skip(1).Select(item => Make.Not(Make.IsNull(item.Outputs[0].Ref())))));

        HashSet<Column> taken = [.. inputs.SelectMany(input => input).SelectMany(operand => operand.Expression.References())];
        return new RelationPlan(
            builder.Node,
            [.. source.Star.Where(field => !taken.Contains(field.Column)).Select(field => field with { Relation = null }), .. items.Select((item, at) => new Field(labels[at].Folded, item.Outputs[0]))]);
    }

    private static Operand[] Values(Tree.UnpivotRelation unpivot, Tree.UnpivotInput input, ExpressionAnalyzer analyzer) =>
        input.Columns.Length == unpivot.Values.Length
            ? [.. input.Columns.Select(analyzer.Operand)]
            : throw new QueryException(
                ErrorCode.SyntaxError, $"an input of UNPIVOT has {input.Columns.Length} columns where {unpivot.Values.Length} are named", input.Position);

    private SpecialExpression ArrayOf(Operand[] items, string name)
    {
        Expression[] unified = _coercer.Unify(items, $"UNPIVOT ({name})");
        return new SpecialExpression(SpecialForm.Array, unified.ToValueList(), SqlType.Array(unified[0].Type));
    }

    private static string NameOf(Tree.Expression column) => column is Tree.ColumnReference reference ? reference.Name.Last.Value : Sql.SqlFormatter.Format(column);
}
