using QueryEngine.Spi;

namespace QueryEngine.Execution.Operators;

/// <summary>The rows of a recursive term's last round.</summary>
internal sealed class WorkingTable
{
    /// <summary>The rows; owned by the recursion.</summary>
    public IReadOnlyList<RecordBatch> Batches { get; set; } = [];
}
