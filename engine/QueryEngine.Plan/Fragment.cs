using QueryEngine.Spi;

namespace QueryEngine.Plan;

/// <summary>How many tasks run a fragment, and what decides.</summary>
public enum FragmentKind
{
    /// <summary>One task.</summary>
    Single,

    /// <summary>One task a worker, fed by splits of its scans.</summary>
    Source,

    /// <summary>One task a worker, fed by hash-partitioned exchanges.</summary>
    Hash,
}

/// <summary>A part of a plan that runs as tasks of one stage. Its leaves are scans, values and remote sources.</summary>
public sealed record PlanFragment(int Id, FragmentKind Kind, PlanNode Root, ExchangeKind OutputKind, ValueList<Column> OutputKeys);

/// <summary>The fragments of a query: fragment 0 gives the result; each remote source names a fragment with a greater id.</summary>
public sealed record FragmentedPlan(ValueList<PlanFragment> Fragments)
{
    /// <summary>The fragment that gives the result.</summary>
    public PlanFragment Root => Fragments[0];
}
