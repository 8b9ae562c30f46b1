using System.Diagnostics;
using QueryEngine.Cluster.Nodes;
using QueryEngine.Cluster.Tasks;
using QueryEngine.Plan;
using QueryEngine.Spi;

namespace QueryEngine.Cluster.Scheduling;

/// <summary>
/// Decides which task of a query runs where and when, and when the query has failed: a pure state machine. Events go in one after another,
/// actions come out; it knows no clock, no network and no thread, so that the same events always give the same actions.
/// A stage starts when every task that it reads from has been accepted by its node.
/// </summary>
internal sealed class SchedulerCore
{
    private readonly string _queryId;
    private readonly Dictionary<int, Stage> _stages = [];
    private bool _isResultTaken;

    /// <summary>Places the stages: single ones on <paramref name="self"/>, the others with one task on each worker.</summary>
    public SchedulerCore(string queryId, FragmentedPlan plan, ClusterMember self, IReadOnlyList<ClusterMember> workers)
    {
        _queryId = queryId;
        foreach (PlanFragment fragment in plan.Fragments)
        {
            if (fragment.Kind != FragmentKind.Single && workers.Count == 0)
                throw new QueryException(
                    ErrorCode.WorkerFailed, "the cluster has no active worker", "Start one: qe server --worker --coordinator-url http://host:port.");

            IReadOnlyList<ClusterMember> nodes = fragment.Kind == FragmentKind.Single ? [self] : workers;
            _stages.Add(fragment.Id, new Stage(fragment, InputsOf(fragment.Root), [.. nodes.Select((node, partition) => new TaskState(IdOf(fragment, partition), node))]));
        }

        foreach (Stage stage in _stages.Values)
        {
            foreach (int input in stage.Inputs)
                _stages[input].OutputPartitions = stage.Tasks.Count;
        }
    }

    /// <summary>How far the query is.</summary>
    public QueryState State { get; private set; } = QueryState.Planned;

    /// <summary>Why the query failed.</summary>
    public QueryException? Error { get; private set; }

    /// <summary>All tasks.</summary>
    public IEnumerable<TaskState> Tasks => _stages.Values.SelectMany(stage => stage.Tasks);

    /// <summary>The task that gives the result.</summary>
    public TaskState Root => _stages[0].Tasks[0];

    /// <summary>How many tasks a stage has.</summary>
    public int TaskCountOf(int stage) => _stages.TryGetValue(stage, out Stage? found) ? found.Tasks.Count : 0;

    /// <summary>Takes an event; gives what is to be done now, in order.</summary>
    public IReadOnlyList<SchedulerAction> Handle(SchedulerEvent change)
    {
        var actions = new List<SchedulerAction>();
        switch (change)
        {
            case QueryStarted when State == QueryState.Planned:
                State = QueryState.Running;
                StartReadyStages(actions);
                break;
            case TaskAccepted accepted when Find(accepted.Task) is { Progress: TaskProgress.Starting } task:
                task.Progress = TaskProgress.Running;
                if (State == QueryState.Running)
                    StartReadyStages(actions);
                break;
            case TaskFinished finished when Find(finished.Task) is { Progress: TaskProgress.Starting or TaskProgress.Running } task:
                task.Progress = TaskProgress.Finished;
                if (State == QueryState.Running)
                    StartReadyStages(actions);
                StopWhatIsNotNeeded(actions);
                FinishIfAllEnded(actions);
                break;
            case TaskFailed failed when Find(failed.Task) is { Progress: not TaskProgress.Planned } task:
                Fail(failed.Error, task, actions);
                break;
            case NodeLost lost when Tasks.FirstOrDefault(task => !task.IsEnded && task.Node == lost.Node) is { } task && State == QueryState.Running:
                Fail(new QueryException(ErrorCode.WorkerFailed, $"worker {lost.Node} {lost.Reason} while it ran task {task.Id}"), task, actions);
                break;
            case ResultTaken:
                _isResultTaken = true;
                StopWhatIsNotNeeded(actions);
                FinishIfAllEnded(actions);
                break;
            case QueryStopped:
                Cancel(actions);
                break;
        }

        return actions;
    }

    private void StartReadyStages(List<SchedulerAction> actions)
    {
        foreach (Stage stage in _stages.Values)
        {
            bool isReady = !stage.IsStarted && stage.Inputs.All(input => _stages[input].Tasks.All(task => task.Progress >= TaskProgress.Running));
            if (!isReady)
                continue;

            stage.IsStarted = true;
            StageInput[] inputs = [.. stage.Inputs.Select(input => new StageInput(input, [.. _stages[input].Tasks.Select(task => new TaskPlace(task.Id, task.Node))]))];
            foreach (TaskState task in stage.Tasks)
            {
                task.Progress = TaskProgress.Starting;
                actions.Add(new StartTask(task.Id, task.Node, stage.Fragment, inputs, stage.OutputPartitions));
            }
        }
    }

    private void Fail(QueryException error, TaskState task, List<SchedulerAction> actions)
    {
        if (!task.IsEnded)
            task.Progress = State == QueryState.Running ? TaskProgress.Failed : TaskProgress.Canceled;
        if (State == QueryState.Running)
        {
            (State, Error) = (QueryState.Failed, error);
            actions.Add(new EndQuery(error));
        }

        CancelTasks(actions);
    }

    private void Cancel(List<SchedulerAction> actions)
    {
        if (State is QueryState.Planned or QueryState.Running)
        {
            (State, Error) = (QueryState.Canceled, new QueryException(ErrorCode.QueryCanceled, "the query was canceled"));
            actions.Add(new EndQuery(Error));
        }

        CancelTasks(actions);
    }

    private void CancelTasks(List<SchedulerAction> actions)
    {
        foreach (TaskState task in Tasks)
        {
            if (task.IsEnded)
                continue;
            if (task.Progress != TaskProgress.Planned)
                actions.Add(new CancelTask(task.Id, task.Node));
            task.Progress = TaskProgress.Canceled;
        }
    }

    // The reader may be done before the root's task says so: whichever comes last stops the rest.
    private void StopWhatIsNotNeeded(List<SchedulerAction> actions)
    {
        if (State == QueryState.Running && _isResultTaken && Root.Progress == TaskProgress.Finished)
            CancelTasks(actions);
    }

    private void FinishIfAllEnded(List<SchedulerAction> actions)
    {
        if (State != QueryState.Running || !Tasks.All(task => task.IsEnded))
            return;
        State = QueryState.Finished;
        actions.Add(new EndQuery(Error: null));
    }

    private TaskState? Find(TaskId id) =>
        _stages.TryGetValue(id.Stage, out Stage? stage) && id.Partition < stage.Tasks.Count && stage.Tasks[id.Partition].Id == id
            ? stage.Tasks[id.Partition]
            : null;

    private TaskId IdOf(PlanFragment fragment, int partition) => new(_queryId, fragment.Id, partition, Attempt: 0);

    private static List<int> InputsOf(PlanNode node)
    {
        List<int> inputs = node is RemoteSourceNode remote ? [remote.FragmentId] : [];
        foreach (PlanNode source in node.Sources)
            inputs.AddRange(InputsOf(source));
        Debug.Assert(inputs.Distinct().Count() == inputs.Count, "a fragment is read once");
        return inputs;
    }

    private sealed class Stage(PlanFragment fragment, List<int> inputs, List<TaskState> tasks)
    {
        public PlanFragment Fragment { get; } = fragment;

        public List<int> Inputs { get; } = inputs;

        public List<TaskState> Tasks { get; } = tasks;

        public int OutputPartitions { get; set; } = 1;

        public bool IsStarted { get; set; }
    }
}
