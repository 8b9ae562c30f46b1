using QueryEngine.Functions;
using QueryEngine.Metadata;
using QueryEngine.Metadata.Sessions;
using QueryEngine.Plan;
using QueryEngine.Spi;

namespace QueryEngine.Analysis;

/// <summary>What all parts of the analysis of one statement share. Not thread-safe.</summary>
internal sealed class AnalysisContext(QueryContext query, FunctionCatalog functions, TableCache tables, Parameters parameters)
{
    /// <summary>Relations that one statement may have, common tables counted wherever they are used.</summary>
    private const int MaxRelations = 20_000;

    private int _relations;
    private int _recursions;
    private int _shares;

    /// <summary>The query's session; inside a view, as the view saw it.</summary>
    public QueryContext Query { get; set; } = query;

    public FunctionCatalog Functions => functions;

    public TableCache Tables => tables;

    public Parameters Parameters => parameters;

    public ColumnAllocator Columns { get; } = new();

    /// <summary>Computes constants while analysing.</summary>
    public Types.ConstantFolder Constants { get; } = new(functions, query) { Types = parameters.Types };

    /// <summary>The functions written in SQL.</summary>
    public Expressions.SqlFunctions SqlFunctions { get; } = new(tables.Metadata, functions);

    /// <summary>Views being expanded, against views that contain themselves.</summary>
    public Stack<View> Views { get; } = new();

    /// <summary>Statements in WITH that change data, in the order in which they are run.</summary>
    public List<AnalyzedWrite> Writes { get; } = [];

    /// <summary>What columns are made of that USING merges, over the columns of the sides.</summary>
    public Dictionary<Column, Expression> MergedColumns { get; } = [];

    public int NextRecursionId() => ++_recursions;

    public int NextShareId() => ++_shares;

    /// <summary>Counts a relation; common tables that use each other can make them grow without measure.</summary>
    public void CountRelation(SourcePosition position)
    {
        if (++_relations > MaxRelations)
            throw new QueryException(ErrorCode.StatementTooComplex, $"the statement reads more than {MaxRelations} relations", position);
    }
}
