using QueryEngine.Analysis.Expressions;
using QueryEngine.Analysis.Scopes;
using QueryEngine.Functions;
using QueryEngine.Plan;
using QueryEngine.Spi;

namespace QueryEngine.Analysis.Queries;

/// <summary>Arrays and maps to be unnested: UNNEST itself, or a table function that is an array in disguise.</summary>
internal sealed record UnnestSource(ImmutableArray<Tree.Expression> Collections, bool WithOrdinality, string Name)
{
    /// <summary>What a relation of FROM unnests.</summary>
    /// <exception cref="QueryException">FUNCTION_NOT_FOUND.</exception>
    public static UnnestSource Of(Tree.Relation relation, FunctionCatalog functions)
    {
        if (relation is Tree.UnnestRelation unnest)
            return new UnnestSource(unnest.Expressions, unnest.WithOrdinality, "unnest");

        var function = (Tree.TableFunctionRelation)relation;
        string name = function.Call.Name.Last.Folded;
        return name switch
        {
            "unnest" => new UnnestSource(function.Call.Arguments, function.WithOrdinality, name),
            "sequence" => new UnnestSource([RowsOf(function.Call)], function.WithOrdinality, name),
            "generate_series" or "range" => new UnnestSource([SequenceOf(function.Call)], function.WithOrdinality, name),
            _ when SetFunctions.TryGet(function.Call) is { } set => new UnnestSource([set], function.WithOrdinality, name),
            _ when functions.IsScalar(name) => new UnnestSource([OneRow(function.Call)], function.WithOrdinality, name),
            _ => throw new QueryException(
                ErrorCode.UndefinedFunction,
                $"table function {name} does not exist",
                function.Call.Position,
                Suggestion.DidYouMean(name, ["unnest", "generate_series", "generate_subscripts", "sequence", "range"])),
        };
    }

    /// <summary>What is unnested by a relation that may have an alias; null when it is no such relation.</summary>
    public static (UnnestSource Source, Tree.AliasedRelation? Alias)? TryOf(Tree.Relation relation, FunctionCatalog functions) => relation switch
    {
        Tree.UnnestRelation or Tree.TableFunctionRelation => (Of(relation, functions), null),
        Tree.AliasedRelation { Source: Tree.UnnestRelation or Tree.TableFunctionRelation, ColumnTypes.Length: 0 } aliased => (Of(aliased.Source, functions), aliased),
        _ => null,
    };

    /// <summary>A series of numbers or times as the array that a function gives: generate_series goes up unless it is told a step.</summary>
    public static Tree.FunctionCall SequenceOf(Tree.FunctionCall call) => call.Name.Last.Folded == "generate_series" && call.Arguments.Length == 2
        ? call with { Arguments = call.Arguments.Add(new Tree.IntegerLiteral("1") { Position = call.Position }) }
        : call;

    // As rows a sequence has no limit, as an array it has Trino's.
    private static Tree.FunctionCall RowsOf(Tree.FunctionCall call) => call with
    {
        Name = new Tree.QualifiedName([new Tree.Identifier("generate_series", IsQuoted: false) { Position = call.Position }]) { Position = call.Position },
    };

    // PostgreSQL: any function may stand in FROM, for the one row of its value.
    private static Tree.ArrayConstructor OneRow(Tree.FunctionCall call) => new([call]) { Position = call.Position };
}

/// <summary>Plans UNNEST and the functions that are like it.</summary>
internal sealed class UnnestAnalyzer(AnalysisContext context, NameScope? outer, CommonTables commonTables)
{
    /// <summary>
    /// Each row of <paramref name="left"/> (or one row) with the elements of its collections; with NULLs when there are none and
    /// <paramref name="isOuter"/>. Fields: those of left, then the new ones.
    /// </summary>
    public RelationPlan Analyze(RelationPlan? left, UnnestSource source, bool isOuter, NameScope? lateral)
    {
        var scope = new NameScope(lateral ?? outer, left?.Fields ?? [], commonTables);
        var sink = new ExpressionSink("UNNEST");
        var analyzer = new ExpressionAnalyzer(context, scope, sink);
        var collections = new Expression[source.Collections.Length];
        for (int at = 0; at < collections.Length; at++)
        {
            collections[at] = analyzer.Analyze(source.Collections[at]);
            if (collections[at].Type is not (ArrayType or MapType))
                throw new QueryException(
                    ErrorCode.WrongObjectType, $"UNNEST takes arrays and maps, not {collections[at].Type}", source.Collections[at].Position);
        }

        var builder = new PlanBuilder(context.Columns, left?.Node ?? ValuesNode.OneRow);
        builder.Apply(sink.Subqueries);
        ValueList<Column> replicated = left?.Node.Columns ?? [];
        Column[] columns = builder.Compute(collections);
        UnnestItem[] items = [.. columns.Select(column => new UnnestItem(column, OutputsOf(column.Type, source.Name)))];
        Column? ordinality = source.WithOrdinality ? context.Columns.New("ordinality", SqlType.BigInt) : null;
        var node = new UnnestNode(builder.Node, replicated, items.ToValueList(), ordinality, isOuter);

        IEnumerable<Column> added = items.SelectMany(item => item.Outputs);
        if (ordinality is not null)
            added = added.Append(ordinality);
        var name = new RelationName(source.Name);
        return new RelationPlan(
            node, [.. left?.Fields ?? [], .. added.Select(column => new Field(column.Name, column) { Relation = name })]);
    }

    private ValueList<Column> OutputsOf(SqlType collection, string name) => collection switch
    {
        MapType map => [context.Columns.New("key", map.Key), context.Columns.New("value", map.Value)],
        ArrayType { Element: RowType row } =>
            row.Fields.Select((field, at) => context.Columns.New(field.Name ?? $"field{at + 1}", field.Type)).ToValueList(),
        ArrayType array => [context.Columns.New(name, array.Element)],
        _ => [],
    };
}
