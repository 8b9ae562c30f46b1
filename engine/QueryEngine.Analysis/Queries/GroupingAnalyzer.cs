using System.Runtime.CompilerServices;
using QueryEngine.Analysis.Expressions;
using QueryEngine.Analysis.Scopes;
using QueryEngine.Plan;
using QueryEngine.Spi;

namespace QueryEngine.Analysis.Queries;

/// <summary>The keys of a GROUP BY and which of them each grouping set has.</summary>
internal sealed class Grouping
{
    private readonly Dictionary<Expression, int> _index = [];

    /// <summary>The different keys, over the input.</summary>
    public List<Expression> Keys { get; } = [];

    /// <summary>The sets, as places in <see cref="Keys"/>. One set is an ordinary GROUP BY.</summary>
    public List<int[]> Sets { get; set; } = [];

    /// <summary>Subqueries in keys, to be applied to the input.</summary>
    public List<SubqueryUse> Subqueries { get; } = [];

    /// <summary>Set-returning functions in keys, to be unnested in the input.</summary>
    public List<UnnestUse> Unnests { get; } = [];

    /// <summary>SELECT columns that are keys by ordinal or alias.</summary>
    public Dictionary<int, int> KeyOfColumn { get; } = [];

    /// <summary>The place of a key, added if it is new.</summary>
    public int Add(Expression key)
    {
        if (_index.TryGetValue(key, out int known))
            return known;
        _index.Add(key, Keys.Count);
        Keys.Add(key);
        return Keys.Count - 1;
    }

    /// <summary>The place of a key, or -1.</summary>
    public int Find(Expression key) => _index.GetValueOrDefault(key, -1);
}

/// <summary>Analyzes GROUP BY.</summary>
internal sealed class GroupingAnalyzer(AnalysisContext context, NameScope scope, List<SelectColumn> columns)
{
    private const int MaxCubeKeys = 12;
    private const int MaxSets = 4096;
    private readonly Grouping _grouping = new();

    /// <summary>The grouping of a clause that names its elements.</summary>
    public Grouping Analyze(Tree.GroupByClause clause)
    {
        List<int[]> sets = [[]];
        foreach (Tree.GroupingElement element in clause.Elements)
        {
            List<int[]> factor = SetsOf(element);
            if ((long)sets.Count * factor.Count > MaxSets)
                throw TooMany(element.Position);
            sets = [.. sets.SelectMany(_ => factor, (left, right) => left.Union(right).ToArray())];
        }

        _grouping.Sets = clause.IsDistinct ? [.. sets.DistinctBy(set => string.Join(',', set.Order()))] : sets;
        return _grouping;
    }

    private List<int[]> SetsOf(Tree.GroupingElement element)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        switch (element)
        {
            case Tree.GroupingColumns grouped:
                return [KeysOf(grouped)];

            case Tree.RollupGrouping rollup:
                int[][] parts = [.. rollup.Sets.Select(KeysOf)];
                return [.. Enumerable.Range(0, parts.Length + 1).Select(dropped => Union(parts[..(parts.Length - dropped)]))];

            case Tree.CubeGrouping cube:
                if (cube.Sets.Length > MaxCubeKeys)
                    throw TooMany(cube.Position);
                int[][] cubed = [.. cube.Sets.Select(KeysOf)];
                return [.. Enumerable.Range(0, 1 << cubed.Length).Select(mask =>
                    Union([.. cubed.Where((_, part) => (mask & (1 << (cubed.Length - 1 - part))) == 0)]))];

            default:
                return [.. ((Tree.GroupingSets)element).Elements.SelectMany(SetsOf)];
        }

        static int[] Union(int[][] parts) => [.. parts.SelectMany(part => part).Distinct()];
    }

    private int[] KeysOf(Tree.GroupingColumns grouped) => [.. grouped.Expressions.Select(KeyOf).Distinct()];

    // A bare number is a place in the SELECT list; a bare name is an input column before it is an alias, and an alias before it is a column of a query around.
    private int KeyOf(Tree.Expression expression)
    {
        switch (expression)
        {
            case Tree.IntegerLiteral literal:
                return KeyOfColumn(Ordinals.Resolve(literal, columns.Count, "GROUP BY"));

            case Tree.ColumnReference { Name: { Parts: [var name] } reference } when !scope.Has(reference):
                int column = columns.FindIndex(candidate => candidate.IsAlias && name.Matches(candidate.Name));
                if (column >= 0)
                    return KeyOfColumn(column);
                break;
        }

        return _grouping.Add(Analyze(expression));
    }

    private int KeyOfColumn(int column)
    {
        if (_grouping.KeyOfColumn.TryGetValue(column, out int known))
            return known;
        SelectColumn selected = columns[column];
        int key = _grouping.Add(selected.Field is { } field ? field.Column.Ref() : Analyze(selected.Syntax!));
        _grouping.KeyOfColumn.Add(column, key);
        return key;
    }

    private Expression Analyze(Tree.Expression expression) =>
        new ExpressionAnalyzer(context, scope, new ExpressionSink("GROUP BY") { Subqueries = _grouping.Subqueries, Unnests = _grouping.Unnests }).Analyze(expression);

    private static QueryException TooMany(SourcePosition position) =>
        new(ErrorCode.StatementTooComplex, $"GROUP BY has more than {MaxSets} grouping sets", position);
}

/// <summary>Numbers that stand for columns of the SELECT list.</summary>
internal static class Ordinals
{
    /// <summary>The place, from 0.</summary>
    /// <exception cref="QueryException">INVALID_COLUMN_REFERENCE.</exception>
    public static int Resolve(Tree.IntegerLiteral literal, int columns, string clause) =>
        int.TryParse(literal.Digits, out int ordinal) && ordinal >= 1 && ordinal <= columns
            ? ordinal - 1
            : throw new QueryException(
                ErrorCode.InvalidColumnReference, $"{clause} position {literal.Digits} is not in the SELECT list", literal.Position, $"It has {columns} columns.");
}
