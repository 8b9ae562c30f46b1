using QueryEngine.Cluster.Nodes;
using QueryEngine.Cluster.Running;
using QueryEngine.Cluster.Scheduling;
using QueryEngine.Cluster.Tasks;
using QueryEngine.Execution;
using QueryEngine.Plan;
using QueryEngine.Spi;

namespace QueryEngine.Wire.Tests.Cluster;

/// <summary>
/// The scheduler's core and the query's split feed among virtual workers, on a virtual clock: calls take their time and overtake one another, reports come
/// twice, workers die. One seed gives one run, always the same.
/// </summary>
internal sealed class Simulation
{
    private const int LostAfter = 5000;
    private readonly Random _random;
    private readonly PriorityQueue<Action, (long Time, int Order)> _agenda = new();
    private readonly List<Worker> _workers = [];
    private readonly Dictionary<TaskId, VirtualTask> _tasks = [];
    private readonly SchedulerCore _core;
    private readonly SplitFeed _splits;
    private readonly FragmentedPlan _plan;
    private readonly bool _stopsEarly;
    private readonly string? _badTask;
    private long _now;
    private int _order;

    public Simulation(int seed, int mostDeaths)
    {
        _random = new Random(seed);
        _plan = NewPlan();
        for (int worker = 0; worker <= _random.Next(1, 5); worker++)
            _workers.Add(new Worker(new ClusterMember(worker == 0 ? "coordinator" : $"worker-{worker}", "life-1", $"http://node-{worker}", Threads: 1)));

        var run = new QueryRun($"q{seed}", _plan, new ConnectorSession($"q{seed}", "tester"), new VirtualConnector(), MemoryContext.Unlimited, Threads: 1);
        _core = new SchedulerCore(run.QueryId, _plan, _workers[0].Member, [.. _workers.Skip(1).Select(worker => worker.Member)]);
        _splits = new SplitFeed(run, parallelism: 4, isAlone: _ => false);
        _stopsEarly = _random.Next(8) == 0;
        _badTask = _random.Next(8) == 0 ? _core.Tasks.ElementAt(_random.Next(_core.Tasks.Count())).Id.ToString() : null;
        for (int deaths = _random.Next(mostDeaths + 1); deaths > 0; deaths--)
            After(_random.Next(300), () => Kill(_workers[_random.Next(1, _workers.Count)]));
        if (_random.Next(10) == 0)
            After(_random.Next(300), () => Post(new QueryStopped()));
        Post(new QueryStarted());
    }

    public SchedulerCore Core => _core;

    /// <summary>What happened, in order.</summary>
    public List<string> Trace { get; } = [];

    public List<EndQuery> Ends { get; } = [];

    public HashSet<string> Dead { get; } = [];

    public bool WasStopped { get; private set; }

    public bool HasFailedTask { get; private set; }

    /// <summary>Whether the root wants no more than its first rows: splits may stay undone.</summary>
    public bool StopsEarly => _stopsEarly;

    /// <summary>How often each split was worked on.</summary>
    public Dictionary<(int Stage, int Split), int> Runs { get; } = [];

    /// <summary>Every split that there is.</summary>
    public IEnumerable<(int Stage, int Split)> AllSplits =>
        from fragment in _plan.Fragments
        where fragment.Kind == FragmentKind.Source
        from split in Enumerable.Range(0, VirtualConnector.SplitsPerTable)
        select (fragment.Id, split);

    /// <summary>Tasks that some living worker still has.</summary>
    public IEnumerable<TaskId> StillRunning => _tasks.Values.Where(task => task.Worker.IsAlive && task.State != "ended").Select(task => task.Id);

    public static string Play(int seed, int mostDeaths, out Simulation simulation)
    {
        simulation = new Simulation(seed, mostDeaths);
        simulation.Run();
        return string.Join('\n', simulation.Trace);
    }

    private void Run()
    {
        for (int step = 0; step < 100_000 && _agenda.TryDequeue(out Action? next, out (long Time, int Order) at); step++)
        {
            _now = at.Time;
            next();
        }
    }

    private FragmentedPlan NewPlan()
    {
        int count = _random.Next(2, 7);
        var parents = Enumerable.Range(0, count).Select(fragment => fragment == 0 ? -1 : _random.Next(fragment)).ToArray();
        var fragments = new List<PlanFragment>();
        for (int id = 0; id < count; id++)
        {
            PlanNode[] inputs = [.. Enumerable.Range(0, count).Where(child => parents[child] == id).Select(child => new RemoteSourceNode(child, []))];
            FragmentKind kind = id == 0 ? FragmentKind.Single : inputs.Length == 0 ? FragmentKind.Source : FragmentKind.Hash;
            PlanNode root = inputs.Length == 0 ? new TableScanNode("sim", new SchemaTableName("default", "t"), new VirtualTable(), []) : new UnionNode(inputs.ToValueList(), [], []);
            fragments.Add(new PlanFragment(id, kind, root, id == 0 ? ExchangeKind.Gather : ExchangeKind.Hash, []));
        }

        return new FragmentedPlan(fragments.ToValueList());
    }

    private void After(long delay, Action action) => _agenda.Enqueue(action, (_now + delay, _order++));

    // A report takes its time on the way, and may come twice.
    private void Report(Worker from, SchedulerEvent change)
    {
        int copies = _random.Next(6) == 0 ? 2 : 1;
        for (int copy = 0; copy < copies; copy++)
            After(_random.Next(40), () => Post(change));
        Trace.Add($"{_now} {from.Member.NodeId} reports {Describe(change)}");
    }

    private static string Describe(SchedulerEvent change) => change switch
    {
        TaskAccepted accepted => $"accepted {accepted.Task}",
        TaskFinished finished => $"finished {finished.Task}",
        TaskFailed failed => $"failed {failed.Task}: {failed.Error.Message}",
        _ => change.GetType().Name,
    };

    private void Post(SchedulerEvent change)
    {
        WasStopped |= change is QueryStopped;
        Trace.Add($"{_now} > {Describe(change)}");
        foreach (SchedulerAction action in _core.Handle(change))
        {
            switch (action)
            {
                case StartTask start:
                    Trace.Add($"{_now} < start {start.Task} on {start.Node.NodeId}");
                    After(_random.Next(20), () => Begin(start));
                    break;
                case CancelTask cancel:
                    Trace.Add($"{_now} < cancel {cancel.Task}");
                    After(20 + _random.Next(20), () => Cancel(cancel));
                    break;
                case EndQuery end:
                    Trace.Add($"{_now} < end: {end.Error?.Message ?? "good"}");
                    Ends.Add(end);
                    break;
            }
        }
    }

    private void Begin(StartTask start)
    {
        Worker worker = _workers.Single(candidate => candidate.Member == start.Node);
        Assert.DoesNotContain(start.Task, _tasks.Keys);
        Assert.All(start.Inputs.SelectMany(input => input.Tasks), place => Assert.Contains(place.Task, _tasks.Keys));
        var task = _tasks[start.Task] = new VirtualTask(start.Task, worker, [.. start.Inputs.SelectMany(input => input.Tasks).Select(place => place.Task)], start.Fragment.Kind);
        if (!worker.IsAlive)
        {
            Break(task);
            return;
        }

        Report(worker, new TaskAccepted(task.Id));
        After(_random.Next(20), () => Work(task));
    }

    private void Work(VirtualTask task)
    {
        if (!task.Worker.IsAlive || task.State == "ended")
            return;
        if (task.Id.ToString() == _badTask)
        {
            HasFailedTask = true;
            Fail(task, new QueryException(ErrorCode.DivisionByZero, "division by zero"));
            return;
        }

        if (task.Kind == FragmentKind.Source && NextSplit(task) is { } split)
        {
            Runs[(task.Id.Stage, split.Number)] = Runs.GetValueOrDefault((task.Id.Stage, split.Number)) + 1;
            After(_random.Next(30), () => Work(task));
            return;
        }

        if (task.Inputs.Select(input => ErrorOf(_tasks[input])).FirstOrDefault(error => error is not null) is { } unreadable)
        {
            Fail(task, unreadable);
            return;
        }

        // A source that goes on for ever ends only when it is told to.
        if (_stopsEarly && task.Kind == FragmentKind.Source)
        {
            After(100, () => Work(task));
            return;
        }

        bool isEnough = _stopsEarly && task.Id == _core.Root.Id;
        if (!isEnough && task.Inputs.Any(input => _tasks[input].State != "ended"))
        {
            After(5 + _random.Next(20), () => Work(task));
            return;
        }

        task.State = "ended";
        if (task.Id == _core.Root.Id)
            After(_random.Next(60), () => Post(new ResultTaken()));
        Report(task.Worker, new TaskFinished(task.Id));
    }

    private VirtualSplit? NextSplit(VirtualTask task)
    {
        Task<IReadOnlyList<Split>> next = _splits.NextAsync(task.Id, scan: 0, max: 1, CancellationToken.None).AsTask();
        Assert.True(next.IsCompletedSuccessfully, "the virtual source never waits");
#pragma warning disable xUnit1031, VSTHRD002 // it has completed
        return (VirtualSplit?)next.GetAwaiter().GetResult().SingleOrDefault();
#pragma warning restore xUnit1031, VSTHRD002
    }

    private void Cancel(CancelTask cancel)
    {
        if (!_tasks.TryGetValue(cancel.Task, out VirtualTask? task) || !task.Worker.IsAlive || task.State == "ended")
            return;
        Fail(task, new QueryException(ErrorCode.QueryCanceled, "the query was canceled"));
    }

    private void Fail(VirtualTask task, QueryException error)
    {
        (task.State, task.Error) = ("ended", error);
        Report(task.Worker, new TaskFailed(task.Id, error));
    }

    // What somebody is told who reads a task's output.
    private static QueryException? ErrorOf(VirtualTask task) =>
        task.Error ?? (task.Worker.IsAlive ? null : LostWorker(task.Worker, $"while task {task.Id} was read"));

    private void Kill(Worker worker)
    {
        if (!worker.IsAlive)
            return;
        worker.IsAlive = false;
        Dead.Add(worker.Member.NodeId);
        Trace.Add($"{_now} {worker.Member.NodeId} dies");
        foreach (VirtualTask task in _tasks.Values.Where(task => task.Worker == worker && task.State != "ended"))
            Break(task);
        After(LostAfter, () => Post(new NodeLost(worker.Member, "was not heard of for 5 seconds")));
    }

    // The coordinator's call to a dead worker mostly breaks; sometimes only the silence tells.
    private void Break(VirtualTask task)
    {
        if (_random.Next(3) > 0)
            After(_random.Next(50), () => Post(new TaskFailed(task.Id, LostWorker(task.Worker, $"while it ran task {task.Id}"))));
    }

    private static QueryException LostWorker(Worker worker, string what) => new(ErrorCode.WorkerFailed, $"worker {worker.Member} failed {what}");

    private sealed class Worker(ClusterMember member)
    {
        public ClusterMember Member { get; } = member;

        public bool IsAlive { get; set; } = true;
    }

    private sealed class VirtualTask(TaskId id, Worker worker, TaskId[] inputs, FragmentKind kind)
    {
        public TaskId Id { get; } = id;

        public Worker Worker { get; } = worker;

        public TaskId[] Inputs { get; } = inputs;

        public FragmentKind Kind { get; } = kind;

        public string State { get; set; } = "running";

        public QueryException? Error { get; set; }
    }

    private sealed record VirtualTable : TableHandle;

    private sealed record VirtualSplit(int Number) : Split;

    /// <summary>A catalog whose tables have some splits and which never waits.</summary>
    private sealed class VirtualConnector : IConnectorResolver, IConnector, ISplitManager
    {
        public const int SplitsPerTable = 7;

        public IConnectorMetadata Metadata => throw new NotSupportedException();

        public ISplitManager Splits => this;

        public IRecordSetProvider RecordSets => throw new NotSupportedException();

        public IConnector Get(string catalog) => this;

#pragma warning disable CS1998 // it never waits
        public async IAsyncEnumerable<Split> GetSplitsAsync(
            ConnectorSession session, TableHandle table, SplitRequest request, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
        {
            for (int split = 0; split < SplitsPerTable; split++)
                yield return new VirtualSplit(split);
        }
#pragma warning restore CS1998

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
