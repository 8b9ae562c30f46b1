using System.Globalization;
using QueryEngine.Spi;

namespace QueryEngine.Connectors.Files;

/// <summary>Takes filters and limits into the handle of a table of files.</summary>
internal static class FilesPushdown
{
    /// <summary>
    /// Keeps the domain: it leaves out files, folders and row groups. Only what it says of folders and paths is exact, since each of
    /// their values holds for whole files; text files have nothing else to leave out.
    /// </summary>
    public static PushdownAnswer PushFilter(FilesTable table, PushFilter filter)
    {
        // A filter over a limit sees only the limited rows.
        if (table.Limit is not null)
            return new PushdownRefused("the files are limited already");

        bool hasBounds = table.Format == "parquet";
        TupleDomain offered = hasBounds ? filter.Domain : TupleDomain.FromConjuncts(filter.Conjuncts.Where(IsExact).ToValueList());
        TupleDomain domain = table.Domain.Intersect(DomainRanges.Normalize(offered));
        if (domain == table.Domain && !domain.IsNone)
        {
            return new PushdownRefused(
                hasBounds ? "no condition is a range or a list of values of one column" : "text files keep no bounds of their values");
        }

        FilesTable narrowed = table with { Domain = domain };
        ValueList<ConnectorExpression> residual = filter.Conjuncts.Where(conjunct => !IsExact(conjunct)).ToValueList();
        string reason = hasBounds ? "row groups and pages are left out by their bounds, rows are not" : "text files keep no bounds of their values";
        return residual.Count == filter.Conjuncts.Count
            ? new PushdownAccepted(narrowed, Guarantee.Superset) { Reason = reason }
            : new PushdownAccepted(narrowed) { Residual = residual, Reason = residual.Count == 0 ? null : reason };
    }

    /// <summary>Each split stops after so many rows; together they may give more.</summary>
    public static PushdownAnswer PushLimit(FilesTable table, PushLimit limit) =>
        table.Limit <= limit.Count
            ? new PushdownRefused("the files are limited already")
            : new PushdownAccepted(table with { Limit = limit.Count }, Guarantee.Superset) { Reason = "each split stops on its own" };

    /// <summary>What a scan does, for EXPLAIN.</summary>
    public static string Describe(FilesTable table)
    {
        string text = $"{table.Format} {table.Location}";
        if (!table.Domain.IsAll)
        {
            text += table.Domain.IsNone
                ? " where nothing"
                : " where " + string.Join(" and ", table.Domain.Columns.Select(column => column.Column + " " + Describe(column.Domain)));
        }
        return table.Limit is { } limit ? string.Create(CultureInfo.InvariantCulture, $"{text} limit {limit} a split") : text;
    }

    private static string Describe(Domain domain)
    {
        IEnumerable<string> ranges = domain.Ranges.Take(5).Select(Describe);
        string text = string.Join(" or ", domain.NullAllowed ? ranges.Append("is null") : ranges);
        return domain.Ranges.Count > 5 ? string.Create(CultureInfo.InvariantCulture, $"{text} or {domain.Ranges.Count - 5} more") : text;
    }

    private static string Describe(ValueRange range)
    {
        if (range.SingleValue is { } value)
            return string.Create(CultureInfo.InvariantCulture, $"= {value}");
        string low = range.Low is null ? "" : string.Create(CultureInfo.InvariantCulture, $"{(range.LowInclusive ? ">=" : ">")} {range.Low}");
        string high = range.High is null ? "" : string.Create(CultureInfo.InvariantCulture, $"{(range.HighInclusive ? "<=" : "<")} {range.High}");
        return low.Length == 0 && high.Length == 0 ? "is not null" : string.Join(" and ", new[] { low, high }.Where(part => part.Length > 0));
    }

    /// <summary>Whether a condition compares a folder or path column with constants of its type, which its domain says in full.</summary>
    private static bool IsExact(ConnectorExpression conjunct) => conjunct switch
    {
        ConnectorCall { Function: "$eq" or "$ne" or "$lt" or "$le" or "$gt" or "$ge", Arguments: [ConnectorColumn column, ConnectorConstant constant] } =>
            IsConstantInFile(column) && IsComparable(column, constant),
        ConnectorCall { Function: "$eq" or "$ne" or "$lt" or "$le" or "$gt" or "$ge", Arguments: [ConnectorConstant constant, ConnectorColumn column] } =>
            IsConstantInFile(column) && IsComparable(column, constant),
        ConnectorCall { Function: "$in", Arguments: [ConnectorColumn column, ..] } call =>
            IsConstantInFile(column) && call.Arguments.Skip(1).All(value => value is ConnectorConstant constant && IsComparable(column, constant)),
        ConnectorCall { Function: "$is_null", Arguments: [ConnectorColumn column] } => IsConstantInFile(column),
        ConnectorCall { Function: "$not", Arguments: [ConnectorCall { Function: "$is_null", Arguments: [ConnectorColumn column] }] } => IsConstantInFile(column),
        _ => false,
    };

    private static bool IsConstantInFile(ConnectorColumn column) => column.Column is FilesColumn { Source: not FilesColumnSource.File };

    private static bool IsComparable(ConnectorColumn column, ConnectorConstant constant) =>
        constant.Value is not null && (constant.Type == column.Type || (constant.Type.IsText && column.Type.IsText));
}
