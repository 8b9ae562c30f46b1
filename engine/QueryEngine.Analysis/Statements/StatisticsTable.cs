using System.Globalization;
using QueryEngine.Metadata;
using QueryEngine.Spi;

namespace QueryEngine.Analysis.Statements;

/// <summary>SHOW STATS FOR (query): what the optimizer believes of its result.</summary>
public sealed record AnalyzedShowStats(AnalyzedQuery Query) : AnalyzedStatement
{
    /// <inheritdoc/>
    public override string Tag => "SHOW STATS";

    /// <summary>The answer, as a query of its own.</summary>
    public AnalyzedQuery Answer(TableStatistics statistics) => StatisticsTable.Of(Query, statistics);
}

/// <summary>SHOW STATS FOR table: what the source knows of the columns, and the number of rows in a line of its own.</summary>
internal sealed class StatisticsTable(StatementAnalyzer statements)
{
    private static readonly (string Name, SqlType Type)[] _columns =
    [
        ("column_name", SqlType.Varchar), ("data_size", SqlType.Double), ("distinct_values_count", SqlType.Double),
        ("nulls_fraction", SqlType.Double), ("row_count", SqlType.Double), ("low_value", SqlType.Varchar), ("high_value", SqlType.Varchar),
    ];

    /// <summary>The rows of the statement.</summary>
    public async ValueTask<AnalyzedStatement> AnalyzeAsync(Tree.ShowStatsStatement show, CancellationToken cancellationToken)
    {
        if (show.Target is Tree.SubqueryRelation query)
            return new AnalyzedShowStats(await statements.QueryAsync(query.Query, cancellationToken).ConfigureAwait(false));
        if (show.Target is not Tree.TableReference target)
            throw QueryException.NotSupported("SHOW STATS of this", show.Target.Position, "It takes a table, or a query in parentheses.");
        ResolvedTable table = await new Targets(statements).GetTableAsync(target.Name, cancellationToken).ConfigureAwait(false);
        TableStatistics statistics = await table.Catalog.Connector.Metadata
            .GetStatisticsAsync(statements.Context.ToConnectorSession(table.Catalog.Name), table.Handle, cancellationToken).ConfigureAwait(false);
        IEnumerable<object?[]> rows = table.Schema.Columns.Where(column => !column.IsHidden).Select(column => Row(column, statistics));
        return ShowAnalyzer.Table(_columns, rows.Append([null, null, null, null, statistics.RowCount, null, null]));
    }

    /// <summary>The rows for a query of which the optimizer has an opinion; bounds are shown where they are numbers.</summary>
    public static AnalyzedQuery Of(AnalyzedQuery query, TableStatistics statistics)
    {
        IEnumerable<object?[]> rows = query.Plan.Outputs.Select((column, at) =>
        {
            ColumnStatistics known = statistics.Columns.GetValueOrDefault(at.ToString(CultureInfo.InvariantCulture)) ?? new ColumnStatistics();
            return new object?[] { query.Plan.Names[at], null, known.DistinctCount, known.NullFraction, null, Bound(known.Min), Bound(known.Max) };

            string? Bound(object? bound) => bound is double number && column.Type.IsNumeric ? SqlValueText.Format(SqlType.Double, number) : null;
        });
        return ShowAnalyzer.Table(_columns, rows.Append([null, null, null, null, statistics.RowCount, null, null]));
    }

    private static object?[] Row(TableColumn column, TableStatistics table)
    {
        ColumnStatistics known = table.Columns.GetValueOrDefault(column.Name) ?? new ColumnStatistics();
        return
        [
            column.Name, known.AverageBytes * table.RowCount, known.DistinctCount, known.NullFraction, null, Text(known.Min), Text(known.Max),
        ];

        string? Text(object? value) => value is null ? null : SqlValueText.Format(column.Type, value);
    }
}
