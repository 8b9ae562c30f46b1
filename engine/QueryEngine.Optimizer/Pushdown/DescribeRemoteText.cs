using QueryEngine.Plan;
using QueryEngine.Spi;

namespace QueryEngine.Optimizer.Pushdown;

/// <summary>Asks each source for the text that it will be sent, once nothing changes any more, for EXPLAIN.</summary>
internal sealed class DescribeRemoteText : PlanPass
{
    /// <inheritdoc/>
    public override PlanNode Apply(PlanNode plan, OptimizerContext context) => plan.RewriteBottomUp(node => node is TableScanNode scan
        ? scan with { RemoteText = Describe(scan, context) }
        : null);

    private static string? Describe(TableScanNode scan, OptimizerContext context)
    {
        ColumnHandle[] columns = [.. scan.Scanned.Select(scanned => scanned.Handle)];
        return context.Connectors(scan.Catalog).Metadata.DescribeScan(scan.Handle, columns);
    }
}
