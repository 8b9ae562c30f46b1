using QueryEngine.Plan;

namespace QueryEngine.Optimizer.Statistics;

/// <summary>What is believed of a column: distinct values, share of NULLs, and bounds as numbers where the type has them.</summary>
internal sealed record ColumnEstimate(double Distinct, double NullFraction, double? Low, double? High);

/// <summary>What is believed of a plan's rows. <see cref="BaseRows"/> is the size before filters: the domain that keys come from.</summary>
internal sealed record PlanEstimate(double Rows, double BaseRows, IReadOnlyDictionary<Column, ColumnEstimate> Columns)
{
    /// <summary>Assumed of a table that tells nothing.</summary>
    public const double UnknownRows = 100_000;

    /// <summary>Distinct values of a column, at least 1; a tenth of the rows where nothing is known.</summary>
    public double Distinct(Column column) =>
        Math.Max(1, Math.Min(Columns.TryGetValue(column, out ColumnEstimate? known) ? known.Distinct : Rows / 10, Math.Max(Rows, 1)));

    /// <summary>Distinct values of a column before filters.</summary>
    public double BaseDistinct(Column column) =>
        Math.Max(1, Columns.TryGetValue(column, out ColumnEstimate? known) ? known.Distinct : BaseRows / 10);

    /// <summary>The same columns with other rows.</summary>
    public PlanEstimate WithRows(double rows) => this with { Rows = Math.Max(rows, 0) };
}
