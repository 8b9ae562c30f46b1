using QueryEngine.Analysis.Scopes;
using QueryEngine.Functions;
using QueryEngine.Plan;
using QueryEngine.Spi;

namespace QueryEngine.Analysis.Queries;

/// <summary>
/// TABLESAMPLE ... REPEATABLE: the same rows for the same seed as long as the table stays the same, whatever the order in which threads and nodes
/// read it. A row is in the sample when a hash of its values, of its number among equal rows and of the seed is low enough.
/// <code>
/// Sample[10 %, seed 7]      Filter[hash(a, b, n, 7) &lt; limit]
///   X(a, b)             =>    Window[n := row_number() over (partition by a, b)]
///                               X(a, b)
/// </code>
/// </summary>
internal sealed class RepeatableSample(AnalysisContext context)
{
    /// <summary>The sample of a relation.</summary>
    public PlanNode Of(RelationPlan source, double fraction, string seed)
    {
        if (fraction >= 1)
            return source.Node;
        Column[] columns = [.. source.Fields.Select(field => field.Column).Distinct().Where(column => context.Functions.CanCast(column.Type, SqlType.Varchar))];
        var builder = new PlanBuilder(context.Columns, source.Node);
        Column number = context.Columns.New("row_number", SqlType.BigInt);
        builder.Add(new WindowNode(builder.Node, columns.ToValueList(), [], [new WindowCall(number, "row_number", [], SqlType.BigInt, WindowFrame.Default)]));
        Expression text = Call(
            "concat_ws", [new ConstantExpression("\u0001", SqlType.Varchar), new ConstantExpression(seed, SqlType.Varchar), .. columns.Append(number).Select(Text)]);
        Expression hash = Call("from_big_endian_64", [Call("xxhash64", [Call("to_utf8", [text])])]);
        var limit = new ConstantExpression((long)(Int128)(fraction * Math.Pow(2, 64) - Math.Pow(2, 63)), SqlType.BigInt);
        builder.Filter(Make.Compare(OperatorNames.Less, hash, limit));
        return builder.Node;
    }

    private static Expression Text(Column column) => column.Type == SqlType.Varchar ? column.Ref() : new CastExpression(column.Ref(), SqlType.Varchar);

    private CallExpression Call(string name, Expression[] arguments)
    {
        FunctionResolution resolution = context.Functions.ResolveScalar(name, [.. arguments.Select(argument => ArgumentType.Of(argument.Type))]);
        return new CallExpression(resolution.Name, arguments.ToValueList(), resolution.ReturnType);
    }
}
