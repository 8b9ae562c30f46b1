using QueryEngine.Plan;
using QueryEngine.Spi;

namespace QueryEngine.Execution.Operators;

/// <summary>
/// What a top-n still wants of the scan below it: of the first key no values beyond those that it has enough of. Drivers narrow it as they go; the scan passes over
/// what lies outside, whole files and row groups by their statistics and columns of rows that are not wanted. Thread-safe.
/// </summary>
internal sealed class TopNBound(Column column, SortKey key)
{
    private readonly Lock _lock = new();
    private volatile Domain _domain = Domain.All;

    /// <summary>The column of the scan.</summary>
    public Column Column => column;

    /// <summary>The values that are still wanted of it.</summary>
    public Domain Domain => _domain;

    /// <summary>The bound of a top-n whose first key is a column of a scan with nothing but filters and projections between; null for others.</summary>
    public static TopNBound? Find(TopNNode topN)
    {
        Column column = topN.Keys[0].Column;
        for (PlanNode node = topN.Source; ; node = node.Sources[0])
        {
            switch (node)
            {
                case FilterNode:
                    break;
                case ProjectNode project when project.Assignments.FirstOrDefault(assignment => assignment.Column == column)?.Expression is ColumnExpression passed:
                    column = passed.Column;
                    break;
                case TableScanNode scan when scan.Scanned.Any(scanned => scanned.Column == column) && IsOrderedAlike(column.Type):
                    return new TopNBound(column, topN.Keys[0]);
                default:
                    return null;
            }
        }
    }

    /// <summary>Says that there are enough rows up to the one value of a vector.</summary>
    public void Narrow(ColumnVector last)
    {
        Domain wanted = Wanted(last.GetValue(0));
        lock (_lock)
            _domain = _domain.Intersect(wanted);
    }

    // Rows of the same value stay: the other keys decide among them.
    private Domain Wanted(object? last) => last is null
        ? key.NullsFirst ? Domain.OnlyNull : Domain.All
        : new Domain([key.Descending ? new ValueRange(last, true, null, false) : new ValueRange(null, false, last, true)], key.NullsFirst);

    // Numbers with a NaN have an order of their own, and statistics leave it out.
    private static bool IsOrderedAlike(SqlType type) => type.Kind
        is TypeKind.TinyInt or TypeKind.SmallInt or TypeKind.Integer or TypeKind.BigInt or TypeKind.Decimal or TypeKind.Date or TypeKind.Timestamp or TypeKind.Varchar;
}
