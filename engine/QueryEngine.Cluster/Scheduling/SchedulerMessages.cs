using QueryEngine.Cluster.Nodes;
using QueryEngine.Cluster.Tasks;
using QueryEngine.Plan;
using QueryEngine.Spi;

namespace QueryEngine.Cluster.Scheduling;

/// <summary>How far a query is.</summary>
internal enum QueryState
{
    Planned,
    Running,
    Finished,
    Failed,
    Canceled,
}

/// <summary>How far a task is, in the order in which a good one goes.</summary>
internal enum TaskProgress
{
    Planned,

    /// <summary>Sent to its node.</summary>
    Starting,

    /// <summary>Accepted by its node: its output can be read.</summary>
    Running,
    Finished,
    Failed,
    Canceled,
}

/// <summary>A task as the scheduler sees it.</summary>
internal sealed class TaskState(TaskId id, ClusterMember node)
{
    public TaskId Id { get; } = id;

    public ClusterMember Node { get; } = node;

    public TaskProgress Progress { get; set; }

    public bool IsEnded => Progress >= TaskProgress.Finished;
}

/// <summary>Something that happened.</summary>
internal abstract record SchedulerEvent;

/// <summary>Somebody wants the result.</summary>
internal sealed record QueryStarted : SchedulerEvent;

/// <summary>Nobody wants the result any more.</summary>
internal sealed record QueryStopped : SchedulerEvent;

/// <summary>The result was read to its end: what still runs is not needed (a LIMIT was reached).</summary>
internal sealed record ResultTaken : SchedulerEvent;

/// <summary>A node has a task; its output can be asked for.</summary>
internal sealed record TaskAccepted(TaskId Task) : SchedulerEvent;

/// <summary>A task has done its work.</summary>
internal sealed record TaskFinished(TaskId Task) : SchedulerEvent;

/// <summary>A task, or the way to its node, failed.</summary>
internal sealed record TaskFailed(TaskId Task, QueryException Error) : SchedulerEvent;

/// <summary>A node is gone; the reason is part of a sentence.</summary>
internal sealed record NodeLost(ClusterMember Node, string Reason) : SchedulerEvent;

/// <summary>Something to do.</summary>
internal abstract record SchedulerAction;

/// <summary>Where a task runs.</summary>
internal sealed record TaskPlace(TaskId Task, ClusterMember Node);

/// <summary>The tasks of a fragment that a stage reads.</summary>
internal sealed record StageInput(int Fragment, IReadOnlyList<TaskPlace> Tasks);

/// <summary>Send a task to its node.</summary>
internal sealed record StartTask(
    TaskId Task, ClusterMember Node, PlanFragment Fragment, IReadOnlyList<StageInput> Inputs, int OutputPartitions) : SchedulerAction;

/// <summary>Tell a node to stop a task and forget its output.</summary>
internal sealed record CancelTask(TaskId Task, ClusterMember Node) : SchedulerAction;

/// <summary>The query is over: well, or with an error.</summary>
internal sealed record EndQuery(QueryException? Error) : SchedulerAction;
