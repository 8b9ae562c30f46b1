using QueryEngine.Execution.Pipelines;
using QueryEngine.Execution.Planning;
using QueryEngine.Plan;
using QueryEngine.Spi;

namespace QueryEngine.Execution.Operators;

/// <summary>Plans LIMIT and OFFSET.</summary>
internal sealed class LimitPlanner : NodePlanner<LimitNode>
{
    /// <inheritdoc/>
    protected override RowStream Plan(LimitNode node, IReadOnlySet<Column> required, PlanningContext context)
    {
        RowStream input = context.Plan(node.Source, required);
        var shared = new LimitState(node.Offset, node.Count ?? long.MaxValue);
        return input.Then(input.Layout, context.Count(node, "limit"), _ => new LimitOperator(shared));
    }
}

/// <summary>How many rows all drivers together may still skip and pass on.</summary>
internal sealed class LimitState(long offset, long count)
{
    private readonly Lock _lock = new();
    private long _toSkip = offset;
    private long _toPass = count;

    /// <summary>Whether every row that may pass has passed.</summary>
    public bool IsExhausted
    {
        get
        {
            lock (_lock)
                return _toPass == 0;
        }
    }

    /// <summary>Decides for the next rows of a driver: how many to skip and then how many to pass on.</summary>
    public (int Skip, int Pass) Take(int rows)
    {
        lock (_lock)
        {
            int skip = (int)Math.Min(rows, _toSkip);
            int pass = (int)Math.Min(rows - skip, _toPass);
            _toSkip -= skip;
            _toPass -= pass;
            return (skip, pass);
        }
    }
}

/// <summary>Passes on the rows that the limit allows and then stops what comes before.</summary>
internal sealed class LimitOperator(LimitState shared) : Operator
{
    /// <inheritdoc/>
    public override void Process(RecordBatch batch)
    {
        (int skip, int pass) = shared.Take(batch.RowCount);
        if (pass == batch.RowCount)
        {
            Emit(batch);
        }
        else
        {
            using RecordBatch owned = batch;
            if (pass > 0)
                Emit(batch.Slice(skip, pass));
        }

        if (shared.IsExhausted)
            StopInput();
    }
}
