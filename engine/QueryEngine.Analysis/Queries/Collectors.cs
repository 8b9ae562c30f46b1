using QueryEngine.Analysis.Expressions;
using QueryEngine.Analysis.Types;
using QueryEngine.Plan;
using QueryEngine.Spi;

namespace QueryEngine.Analysis.Queries;

/// <summary>A key of an order, before it is a column.</summary>
internal sealed record SortExpression(Expression Expression, bool Descending, bool NullsFirst);

/// <summary>An aggregate as called; two of equal content are one.</summary>
internal sealed record AggregateUse(string Function, ValueList<Expression> Arguments, ValueList<SqlType> ParameterTypes, SqlType Type)
{
    public bool IsDistinct { get; init; }

    public Expression? Filter { get; init; }

    public ValueList<SortExpression> OrderBy { get; init; }

    /// <summary>Everything that must be computed below the aggregation.</summary>
    public IEnumerable<Expression> Inputs
    {
        get
        {
            IEnumerable<Expression> inputs = Arguments.Where(argument => argument is not ConstantExpression).Concat(OrderBy.Select(key => key.Expression));
            return Filter is null ? inputs : inputs.Append(Filter);
        }
    }
}

/// <summary>A call of <c>grouping(a, b)</c>.</summary>
internal sealed record GroupingUse(Column Output, ImmutableArray<Operand> Arguments);

/// <summary>The aggregates of one query, with the columns that stand for them.</summary>
internal sealed class AggregateCollector
{
    private readonly Dictionary<AggregateUse, Column> _columns = [];

    /// <summary>In the order of their first call.</summary>
    public List<(AggregateUse Use, Column Output)> Aggregates { get; } = [];

    public List<GroupingUse> Groupings { get; } = [];

    /// <summary>Subqueries in arguments, to be applied below the aggregation.</summary>
    public List<SubqueryUse> InputSubqueries { get; } = [];

    public bool IsEmpty => Aggregates.Count == 0 && Groupings.Count == 0;

    /// <summary>Calls so far, repeated ones too.</summary>
    public int Calls { get; private set; }

    public Column Add(AggregateUse use, ColumnAllocator columns)
    {
        Calls++;
        if (_columns.TryGetValue(use, out Column? known))
            return known;
        Column output = columns.New(use.Function, use.Type);
        _columns.Add(use, output);
        Aggregates.Add((use, output));
        return output;
    }

    public Column AddGrouping(ImmutableArray<Operand> arguments, Column output)
    {
        Calls++;
        Groupings.Add(new GroupingUse(output, arguments));
        return output;
    }
}

/// <summary>A window function as called.</summary>
internal sealed record WindowUse(string Function, ValueList<Expression> Arguments, SqlType Type)
{
    public ValueList<Expression> PartitionBy { get; init; }

    public ValueList<SortExpression> OrderBy { get; init; }

    public WindowFrame Frame { get; init; } = WindowFrame.Default;

    public bool IsDistinct { get; init; }

    public bool IgnoreNulls { get; init; }

    public Expression? Filter { get; init; }
}

/// <summary>The window functions of one query, with the columns that stand for them.</summary>
internal sealed class WindowCollector(ImmutableArray<Tree.WindowDefinition> definitions)
{
    private readonly Dictionary<WindowUse, Column> _columns = [];
    private readonly HashSet<Tree.WindowSpecification> _resolving = new(ReferenceEqualityComparer.Instance);

    /// <summary>In the order of their first call.</summary>
    public List<(WindowUse Use, Column Output)> Windows { get; } = [];

    /// <summary>Subqueries in arguments, to be applied below the windows.</summary>
    public List<SubqueryUse> Subqueries { get; } = [];

    /// <summary>Calls so far, repeated ones too.</summary>
    public int Calls { get; private set; }

    public Column Add(WindowUse use, ColumnAllocator columns)
    {
        Calls++;
        if (_columns.TryGetValue(use, out Column? known))
            return known;
        Column output = columns.New(use.Function, use.Type);
        _columns.Add(use, output);
        Windows.Add((use, output));
        return output;
    }

    /// <summary>A window with what it takes from the ones that it names.</summary>
    /// <exception cref="QueryException">UNDEFINED_OBJECT, WINDOWING_ERROR.</exception>
    public Tree.WindowSpecification Resolve(Tree.Window window) => window switch
    {
        Tree.NamedWindow named => Resolve(Find(named.Name).Specification),
        Tree.WindowSpecification { BaseName: { } baseName } specification => Extend(specification, ResolveBase(specification, baseName)),
        _ => (Tree.WindowSpecification)window,
    };

    // Definitions may stand in any order, as in DuckDB; one that builds on itself is found by being under way twice.
    private Tree.WindowSpecification ResolveBase(Tree.WindowSpecification specification, Tree.Identifier baseName)
    {
        if (!_resolving.Add(specification))
            throw new QueryException(ErrorCode.WindowingError, $"window '{baseName.Value}' builds on itself", baseName.Position);
        try
        {
            return Resolve(Find(baseName).Specification);
        }
        finally
        {
            _resolving.Remove(specification);
        }
    }

    private static Tree.WindowSpecification Extend(Tree.WindowSpecification specification, Tree.WindowSpecification baseWindow)
    {
        if (specification.PartitionBy.Length > 0)
            throw new QueryException(ErrorCode.WindowingError, "a window that builds on another cannot have PARTITION BY", specification.PartitionBy[0].Position);
        if (specification.OrderBy.Length > 0 && baseWindow.OrderBy.Length > 0)
            throw new QueryException(ErrorCode.WindowingError, "a window that builds on an ordered one cannot have ORDER BY", specification.OrderBy[0].Position);
        if (baseWindow.Frame is not null)
            throw new QueryException(ErrorCode.WindowingError, "a window cannot build on one that has a frame", specification.Position);
        return specification with
        {
            BaseName = null,
            PartitionBy = baseWindow.PartitionBy,
            OrderBy = specification.OrderBy.Length > 0 ? specification.OrderBy : baseWindow.OrderBy,
        };
    }

    private Tree.WindowDefinition Find(Tree.Identifier name)
    {
        foreach (Tree.WindowDefinition definition in definitions)
            if (name.Matches(definition.Name.Folded))
                return definition;

        throw new QueryException(
            ErrorCode.UndefinedObject,
            $"window '{name.Value}' does not exist",
            name.Position,
            Suggestion.DidYouMean(name.Value, definitions.Select(definition => definition.Name.Value)));
    }
}
