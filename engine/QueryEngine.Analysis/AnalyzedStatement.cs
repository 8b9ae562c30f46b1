using QueryEngine.Metadata;
using QueryEngine.Metadata.Sessions;
using QueryEngine.Plan;
using QueryEngine.Spi;

namespace QueryEngine.Analysis;

/// <summary>What a statement means, ready to be planned or run.</summary>
public abstract record AnalyzedStatement
{
    /// <summary>The word or words that clients are told when it is done: <c>SELECT</c>, <c>CREATE TABLE</c>.</summary>
    public abstract string Tag { get; }
}

/// <summary>A query: its plan is to be optimized and executed. SHOW and DESCRIBE are queries too, over constant rows.</summary>
public sealed record AnalyzedQuery(OutputNode Plan, ColumnAllocator Columns) : AnalyzedStatement
{
    /// <inheritdoc/>
    public override string Tag => "SELECT";
}

/// <summary>
/// Rows to be written to a table: the engine begins the write of <paramref name="Intent"/>, puts a <see cref="TableWriteNode"/> over
/// <paramref name="Source"/>, whose outputs are the intent's columns in order, and finishes or aborts.
/// </summary>
public sealed record AnalyzedWrite(string Catalog, WriteIntent Intent, OutputNode Source, ColumnAllocator Columns) : AnalyzedStatement
{
    /// <summary>What the statement is, in words.</summary>
    public string Words { get; init; } = "INSERT";

    /// <summary>What each row must pass.</summary>
    public ValueList<WriteCheck> Checks { get; init; }

    /// <summary>What RETURNING gives of each row; null without it. Then the rows are written where the statement is run.</summary>
    public ReturnedRows? Returned { get; init; }

    /// <summary>Sequences that are made before, for columns that are numbered from now on.</summary>
    public ValueList<SequenceDefinition> Sequences { get; init; }

    /// <summary>WHERE CURRENT OF: the cursor that is on no row any more when this is done.</summary>
    public Cursor? Leaves { get; init; }

    /// <inheritdoc/>
    public override string Tag => Words;
}

/// <summary>Columns of a plan that a statement gives for each row that it changes, and their names.</summary>
public sealed record ReturnedRows(ValueList<Column> Outputs, ValueList<string> Names);

/// <summary>
/// A statement with others in its WITH that change data: those are run first, each once, and their rows stand where the main plan has a
/// <see cref="ChangedRowsNode"/> of their place in the list. All of them read what was there before, and either all happen or none.
/// </summary>
public sealed record AnalyzedWithWrites(ValueList<AnalyzedWrite> Writes, AnalyzedStatement Main) : AnalyzedStatement
{
    /// <inheritdoc/>
    public override string Tag => Main.Tag;
}

/// <summary>A statement that is run with other properties of the session.</summary>
public sealed record AnalyzedWithProperties(AnalyzedStatement Statement, SessionProperties Properties) : AnalyzedStatement
{
    /// <inheritdoc/>
    public override string Tag => Statement.Tag;
}

/// <summary>How EXPLAIN writes a plan.</summary>
public enum ExplainFormat
{
    /// <summary>Indented lines.</summary>
    Text,

    /// <summary>JSON.</summary>
    Json,

    /// <summary>A graph in the language of Graphviz.</summary>
    Graphviz,
}

/// <summary>How EXPLAIN shows a plan.</summary>
public enum ExplainType
{
    /// <summary>The optimized plan.</summary>
    Logical,

    /// <summary>Its fragments.</summary>
    Distributed,

    /// <summary>The tables that it reads and writes.</summary>
    Io,

    /// <summary>Only whether the statement is right.</summary>
    Validate,
}

/// <summary>EXPLAIN; with <paramref name="IsAnalyze"/> the statement is run.</summary>
public sealed record AnalyzedExplain(AnalyzedStatement Statement, ExplainType Type, ExplainFormat Format, bool IsAnalyze, bool IsVerbose) : AnalyzedStatement
{
    /// <inheritdoc/>
    public override string Tag => "EXPLAIN";
}

/// <summary>What commands work on.</summary>
public sealed record CommandContext(Session Session, QueryContext Query, EngineMetadata Metadata);

/// <summary>A statement that gives no rows and needs no plan: it changes the session, the catalogs or a source.</summary>
public abstract record AnalyzedCommand : AnalyzedStatement
{
    /// <summary>Does it.</summary>
    /// <exception cref="QueryException">What goes wrong.</exception>
    public abstract ValueTask RunAsync(CommandContext context, CancellationToken cancellationToken);
}
