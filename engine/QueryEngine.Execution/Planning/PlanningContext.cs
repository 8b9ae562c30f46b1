using System.Runtime.CompilerServices;
using QueryEngine.Execution.Evaluation;
using QueryEngine.Execution.Operators;
using QueryEngine.Execution.Pipelines;
using QueryEngine.Execution.Spilling;
using QueryEngine.Plan;

namespace QueryEngine.Execution.Planning;

/// <summary>Turns the nodes of one fragment into pipelines, and keeps what the task must dispose.</summary>
internal sealed class PlanningContext(TaskContext task, ITaskInputs inputs, IOutputSink output, IFunctionBinder binder)
{
    private readonly List<Pipeline> _pipelines = [];
    private readonly List<IAsyncDisposable> _owned = [];
    private readonly Dictionary<int, SharedSink> _shared = [];
    private StatisticsList _statistics = new();
    private StatisticsList? _unused;
    private IReadOnlyDictionary<TableScanNode, int> _scans = new Dictionary<TableScanNode, int>();
    private IReadOnlyDictionary<int, WorkingTable> _workingTables = new Dictionary<int, WorkingTable>();
    private readonly Dictionary<int, CollectedKeys> _lookups = [];

    /// <summary>The task.</summary>
    public TaskContext Task { get; } = task;

    /// <summary>What the task reads.</summary>
    public ITaskInputs Inputs { get; } = inputs;

    /// <summary>Where the task's rows go.</summary>
    public IOutputSink Output { get; } = output;

    /// <summary>Finds functions.</summary>
    public IFunctionBinder Binder { get; } = binder;

    /// <summary>Closed pipelines, in an order in which they can run.</summary>
    public IReadOnlyList<Pipeline> Pipelines => _pipelines;

    /// <summary>One entry an operator.</summary>
    public IReadOnlyList<OperatorStatistics> Statistics => _statistics.All;

    /// <summary>Rows of recursive queries' working tables, by recursion id.</summary>
    public IReadOnlyDictionary<int, WorkingTable> WorkingTables => _workingTables;

    /// <summary>What is kept for several readers, by share id.</summary>
    public IReadOnlyDictionary<int, SharedSink> Shared => _shared;

    /// <summary>What the top-n that is being planned still wants of the scan below it, nothing but filters and projections between them; null where there is none.</summary>
    public TopNBound? Bound { get; set; }

    /// <summary>Lets what is planned from here on read shared rows.</summary>
    public void Share(int shareId, SharedSink rows) => _shared[shareId] = rows;

    /// <summary>Keys that joins collect for the scans of their other sides, by lookup id.</summary>
    public IReadOnlyDictionary<int, CollectedKeys> Lookups => _lookups;

    /// <summary>Lets the scan that is planned next ask for the rows of keys.</summary>
    public void Look(int lookupId, CollectedKeys keys) => _lookups[lookupId] = keys;

    /// <summary>The number of a scan in its fragment, in pre-order.</summary>
    public int NumberOf(TableScanNode scan) => _scans[scan];

    /// <summary>Numbers the scans of the fragment that have splits.</summary>
    public void NumberScans(PlanNode root)
    {
        var scans = new Dictionary<TableScanNode, int>(ReferenceEqualityComparer.Instance);
        Visit(root);
        _scans = scans;

        void Visit(PlanNode node)
        {
            RuntimeHelpers.EnsureSufficientExecutionStack();
            if (node is TableScanNode { Lookup: null } scan)
                scans.TryAdd(scan, scans.Count);
            foreach (PlanNode source in node.Sources)
                Visit(source);
        }
    }

    /// <summary>A context for one round of a recursion: the same task, pipelines of its own; its rounds are counted together.</summary>
    public PlanningContext ForRound(int recursionId, WorkingTable table)
    {
        var round = new PlanningContext(Task, Inputs, Output, Binder)
        {
            _scans = _scans,
            _statistics = _statistics,
            _unused = new StatisticsList(_statistics),
            _workingTables = new Dictionary<int, WorkingTable>(_workingTables) { [recursionId] = table },
        };
        foreach ((int shareId, SharedSink rows) in _shared)
            round.Share(shareId, rows);
        return round;
    }

    /// <summary>Disposes what the pipelines own, the last first.</summary>
    public async ValueTask DisposeOwnedAsync()
    {
        for (int owned = _owned.Count - 1; owned >= 0; owned--)
            await _owned[owned].DisposeAsync();
        _owned.Clear();
    }

    /// <summary>Plans a node of which only some columns are needed; the layout has at least those.</summary>
    public RowStream Plan(PlanNode node, IReadOnlySet<Column> required)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        return NodePlanners.For(node).Plan(node, required, this);
    }

    /// <summary>Ends open pipelines in a sink.</summary>
    public void Close(RowStream stream, Sink sink)
    {
        _owned.Add(sink);
        foreach (Pipeline pipeline in stream.Pipelines)
        {
            pipeline.Sink = sink;
            sink.OpenPipelines++;
            _pipelines.Add(pipeline);
        }
    }

    /// <summary>A new pipeline over a source that the task then owns.</summary>
    public Pipeline Open(SourceFactory source, bool isOrdered = false)
    {
        _owned.Add(source);
        return new Pipeline(source) { IsOrdered = isOrdered };
    }

    /// <summary>Counts rows and time of a node, and its memory.</summary>
    public OperatorStatistics Count(PlanNode node, string name)
    {
        if (_unused?.Take(node, name) is { } known)
            return known;
        var statistics = new OperatorStatistics(node, name) { Memory = Task.Memory.Child(name) };
        _statistics.Add(statistics);
        return statistics;
    }

    /// <summary>What an operator writes to disk with; it owns that.</summary>
    public Spiller NewSpiller(OperatorStatistics statistics) => new(Task.Spill, statistics);

    /// <summary>A compiler of expressions over a layout.</summary>
    public ExpressionCompiler Compiler(IEnumerable<Column> layout) => new(Binder, layout);
}

/// <summary>Open pipelines whose rows together are the rows of a node, and the columns that their batches have.</summary>
internal sealed record RowStream(IReadOnlyList<Pipeline> Pipelines, IReadOnlyList<Column> Layout)
{
    /// <summary>The place of a column in the batches.</summary>
    public int PlaceOf(Column column)
    {
        for (int place = 0; place < Layout.Count; place++)
            if (Layout[place] == column)
                return place;
        throw new InvalidOperationException($"column {column} is not among ({string.Join(", ", Layout)})");
    }

    /// <summary>The places of columns.</summary>
    public int[] PlacesOf(IEnumerable<Column> columns) => [.. columns.Select(PlaceOf)];

    /// <summary>Adds an operator to all pipelines; the layout becomes another.</summary>
    public RowStream Then(IReadOnlyList<Column> layout, OperatorStatistics? statistics, Func<DriverContext, Operator> factory)
    {
        foreach (Pipeline pipeline in Pipelines)
        {
            pipeline.Add(driver =>
            {
                Operator made = factory(driver);
                made.Statistics = statistics;
                return made;
            });
        }

        return new RowStream(Pipelines, layout);
    }
}
