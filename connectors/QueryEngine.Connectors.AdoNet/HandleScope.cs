using QueryEngine.Spi;

namespace QueryEngine.Connectors.AdoNet;

/// <summary>Columns at one level: computed ones stand for their expressions, others for the table's columns or the inner query's.</summary>
/// <param name="handle">The level.</param>
/// <param name="innerColumns">What the inner query gives, in order; null to try whether something could be written.</param>
/// <param name="path">Which query of the statement it is.</param>
internal sealed class HandleScope(SqlTableHandle handle, IReadOnlyList<ColumnHandle>? innerColumns, string path = "") : SqlScope
{
    /// <summary>Whether the column is the table's own.</summary>
    public bool IsOfTable(ColumnHandle column) => handle.IsOfOneTable && !IsComputed(column);

    /// <inheritdoc/>
    public override bool IsRemote(ColumnHandle column) => IsOfTable(column);

    /// <summary>Whether this level computes the column.</summary>
    public bool IsComputed(ColumnHandle column) =>
        handle.Computations.Any(computation => computation.Column == column) || handle.Windows.Any(window => window.Column == column)
        || (handle.Aggregation is { } aggregation && aggregation.Aggregates.Any(aggregate => aggregate.Column == column));

    /// <inheritdoc/>
    public override string? WriteColumn(SqlExpressionWriter writer, ColumnHandle column)
    {
        if (handle.Computations.FirstOrDefault(computation => computation.Column == column) is { } computed)
            return writer.Write(computed.Expression);
        if (handle.Aggregation?.Aggregates.FirstOrDefault(aggregate => aggregate.Column == column) is { } aggregated)
            return writer.Dialect.Aggregates.TryGetValue(aggregated.Call.Function, out SqlAggregateRule? rule)
                ? rule(writer, aggregated.Call)
                : $"aggregate {aggregated.Call.Function} has no form in the source that is known to be the same";
        if (handle.Windows.FirstOrDefault(window => window.Column == column) is { } windowed)
            return SqlWindows.Write(writer, windowed);
        if (handle.Union is { } union)
            return WritePlace(writer, union.Outputs, column, "q.c");
        if (handle.Source is null)
        {
            if (column is not SqlColumn remote)
                return $"column {column.Name} is not one of the source";
            writer.Dialect.WriteColumn(writer.Sql, remote);
            return null;
        }

        if (handle.Join is { } join)
        {
            int place = join.Outputs.ToList().IndexOf(column);
            if (place < 0)
                return $"column {column.Name} is not one of the pushed join";
            int left = join.LeftColumns.Count;
            writer.Sql.Add(place < left ? $"l.{writer.Dialect.InnerName(place, path + "l")}" : $"r.{writer.Dialect.InnerName(place - left, path + "r")}");
            return null;
        }

        for (int index = 0; innerColumns is null || index < innerColumns.Count; index++)
        {
            if (innerColumns is null || innerColumns[index] == column)
            {
                writer.Sql.Add("q.").Add(writer.Dialect.InnerName(index, path + "q"));
                return null;
            }
        }

        return $"column {column.Name} is not one of the pushed query";
    }

    private static string? WritePlace(SqlExpressionWriter writer, ValueList<ColumnHandle> outputs, ColumnHandle column, string prefix)
    {
        int place = outputs.ToList().IndexOf(column);
        if (place < 0)
            return $"column {column.Name} is not one of the pushed query";
        writer.Sql.Add($"{prefix}{place}");
        return null;
    }
}
