using QueryEngine.Spi;

namespace QueryEngine.Connectors.AdoNet;

/// <summary>What is added to a query where it reads the table itself: the part of a split, a dynamic filter.</summary>
public sealed record SqlTablePart
{
    /// <summary>Nothing.</summary>
    public static readonly SqlTablePart Whole = new();

    /// <summary>Writes a condition that tells the rows of the split, or null.</summary>
    public Action<SqlText>? WriteRange { get; init; }

    /// <summary>Rows outside it may be left out.</summary>
    public TupleDomain Domain { get; init; } = TupleDomain.All;
}

/// <summary>Writes the SQL of a handle.</summary>
public sealed class SqlGenerator(SqlDialect dialect, bool isShown = false)
{
    private readonly ISqlValues _values = isShown ? dialect.ShownValues : dialect.Values;
    private IReadOnlyList<ConnectorExpression> _conditions = [];

    /// <summary>The query for these columns, in this order. With no columns at all, one row with the number of rows.</summary>
    public SqlText WriteScan(SqlTableHandle handle, IReadOnlyList<ColumnHandle> columns, SqlTablePart part)
    {
        var sql = new SqlText();
        if (part.Domain.IsNone && handle.IsDivisible)
            part = part with { WriteRange = none => none.Add("1 = 0") };
        _conditions = handle.IsDivisible ? [.. SqlDomains.ToConditions(part.Domain, columns)] : [];
        if (columns.Count > 0)
        {
            WriteQuery(sql, handle, columns, part, isOutermost: true);
            return sql;
        }

        sql.Add("SELECT ").Add(dialect.CountRows).Add(" FROM (");
        WriteQuery(sql, handle, [], part, isOutermost: false);
        sql.Add(")").Add(dialect.Alias).Add("q");
        return sql;
    }

    /// <summary>The query with a constant for every row, to ask the source's planner about it.</summary>
    public SqlText WriteRows(SqlTableHandle handle)
    {
        var sql = new SqlText();
        WriteQuery(sql, handle, [], SqlTablePart.Whole, isOutermost: false);
        return sql;
    }

    /// <summary>The statement that deletes just the rows of a handle; null when the handle is more than a table and exact conditions.</summary>
    public SqlText? WriteDelete(SqlTableHandle handle)
    {
        bool isPlain = handle is { Source: null, Aggregation: null, Limit: null } && handle.Filter.All(condition => condition.Guarantee == Guarantee.Exact);
        if (!isPlain)
            return null;
        var sql = new SqlText();
        _conditions = [];
        sql.Add("DELETE FROM ");
        dialect.WriteTable(sql, handle.Table);
        WriteWhere(new SqlExpressionWriter(dialect, sql, _values, new HandleScope(handle, [])), handle, SqlTablePart.Whole);
        return sql;
    }

    private static List<ColumnHandle> ColumnsOf(SqlTableHandle handle, IReadOnlyList<ColumnHandle> outputs)
    {
        var columns = new List<ColumnHandle>();
        foreach (ColumnHandle output in outputs)
            CollectOutput(output);
        foreach (PushedCondition condition in handle.Filter)
            Collect(condition.Condition);
        foreach (ColumnHandle column in handle.Aggregation?.GroupBy ?? [])
            CollectOutput(column);
        foreach (ConnectorSortKey key in handle.Order)
            CollectOutput(key.Column);
        return columns;

        void CollectOutput(ColumnHandle column)
        {
            if (handle.Computations.FirstOrDefault(computation => computation.Column == column) is { } computed)
                Collect(computed.Expression);
            else if (handle.Aggregation?.Aggregates.FirstOrDefault(aggregate => aggregate.Column == column) is { } aggregate)
                foreach (ConnectorExpression argument in aggregate.Call.Arguments)
                    Collect(argument);
            else if (!columns.Contains(column))
                columns.Add(column);
        }

        void Collect(ConnectorExpression expression)
        {
            if (expression is ConnectorColumn column)
                CollectOutput(column.Column);
            else if (expression is ConnectorCall call)
                foreach (ConnectorExpression argument in call.Arguments)
                    Collect(argument);
        }
    }

    private void WriteQuery(
        SqlText sql, SqlTableHandle handle, IReadOnlyList<ColumnHandle> columns, SqlTablePart part, bool isOutermost)
    {
        List<ColumnHandle> inner = handle.Source is null || handle.Join is not null ? [] : ColumnsOf(handle, columns);
        var scope = new HandleScope(handle, inner);
        var writer = new SqlExpressionWriter(dialect, sql, _values, scope);

        dialect.WriteSelect(sql, handle.Limit);
        if (columns.Count == 0)
            dialect.WriteNoColumn(sql);
        for (int column = 0; column < columns.Count; column++)
        {
            sql.Add(column == 0 ? "" : ", ");
            if (isOutermost)
                WriteOutermost(writer, scope, columns[column]);
            else
                Require(writer.Write(new ConnectorColumn(columns[column])));
            if (!isOutermost)
                sql.Add($" AS c{column}");
        }

        sql.Add(" FROM ");
        string separator = " WHERE ";
        if (handle.Source is null)
            dialect.WriteTable(sql, handle.Table);
        else if (handle.Join is { } join)
            separator = WriteJoin(writer, handle.Source, join);
        else
        {
            sql.Add("(");
            WriteQuery(sql, handle.Source, inner, part, isOutermost: false);
            sql.Add(")").Add(dialect.Alias).Add("q");
        }

        WriteWhere(writer, handle, handle.Source is null ? part : SqlTablePart.Whole, separator);
        WriteGroupBy(writer, handle.Aggregation);
        WriteOrderBy(writer, handle.Order);
        if (handle.Limit is { } limit)
            dialect.WriteLimit(sql, limit);
    }

    private void WriteOutermost(SqlExpressionWriter writer, HandleScope scope, ColumnHandle column)
    {
        if (scope.IsOfTable(column) && column is SqlColumn remote)
        {
            dialect.WriteReadColumn(writer.Sql, remote);
            return;
        }

        if (!scope.IsComputed(column))
        {
            Require(writer.Write(new ConnectorColumn(column)));
            return;
        }

        var expression = new SqlText();
        Require(new SqlExpressionWriter(dialect, expression, _values, scope).Write(new ConnectorColumn(column)));
        dialect.WriteComputed(writer.Sql, column.Type, expression.ToString());
        foreach (SqlParameterValue parameter in expression.Parameters)
            writer.Sql.AddParameter("", parameter.Value, parameter.Type);
    }

    // What comes between the join and the next condition.
    private string WriteJoin(SqlExpressionWriter writer, SqlTableHandle left, SqlJoin join)
    {
        SqlText sql = writer.Sql;
        bool isFilter = join.Kind is ConnectorJoinKind.Semi or ConnectorJoinKind.Anti;
        sql.Add("(");
        WriteQuery(sql, left, join.LeftColumns, SqlTablePart.Whole, isOutermost: false);
        sql.Add(")").Add(dialect.Alias).Add("l").Add(join.Kind switch
        {
            ConnectorJoinKind.Inner => " JOIN (",
            ConnectorJoinKind.Left => " LEFT JOIN (",
            ConnectorJoinKind.Right => " RIGHT JOIN (",
            ConnectorJoinKind.Full => " FULL JOIN (",
            ConnectorJoinKind.Semi => " WHERE EXISTS (SELECT 1 FROM (",
            ConnectorJoinKind.Anti => " WHERE NOT EXISTS (SELECT 1 FROM (",
            _ => throw new System.Diagnostics.UnreachableException(),
        });
        WriteQuery(sql, join.Right, join.RightColumns, SqlTablePart.Whole, isOutermost: false);
        sql.Add(")").Add(dialect.Alias).Add(isFilter ? "r WHERE " : "r ON ");
        if (join.Conjuncts.Count == 0)
            sql.Add("1 = 1");
        for (int conjunct = 0; conjunct < join.Conjuncts.Count; conjunct++)
        {
            sql.Add(conjunct == 0 ? "" : " AND ");
            Require(writer.Write(join.Conjuncts[conjunct]));
        }

        sql.Add(isFilter ? ")" : "");
        return isFilter ? " AND " : " WHERE ";
    }

    private void WriteWhere(SqlExpressionWriter writer, SqlTableHandle handle, SqlTablePart part, string separator = " WHERE ")
    {
        SqlText sql = writer.Sql;
        if (part.WriteRange is { } writeRange)
        {
            sql.Add(separator);
            writeRange(sql);
            separator = " AND ";
        }

        foreach (PushedCondition pushed in handle.Filter)
        {
            sql.Add(separator);
            Require(pushed.Guarantee == Guarantee.Exact ? writer.Write(pushed.Condition) : dialect.WriteSuperset(writer, pushed.Condition));
            separator = " AND ";
        }

        foreach (ConnectorExpression condition in _conditions)
            TryWriteCondition(writer, condition, ref separator);
    }

    // A dynamic filter is only help: what the source cannot check is left out.
    private void TryWriteCondition(SqlExpressionWriter writer, ConnectorExpression condition, ref string separator)
    {
        (int Text, int Parameters) start = writer.Sql.Length;
        writer.Sql.Add(separator);
        (int Text, int Parameters) afterSeparator = writer.Sql.Length;
        if (writer.Write(condition) is not null)
        {
            writer.Sql.CutTo(afterSeparator);
            if (dialect.WriteSuperset(writer, condition) is not null)
            {
                writer.Sql.CutTo(start);
                return;
            }
        }

        separator = " AND ";
    }

    private static void WriteGroupBy(SqlExpressionWriter writer, SqlAggregation? aggregation)
    {
        if (aggregation is null || aggregation.GroupBy.Count == 0)
            return;

        writer.Sql.Add(" GROUP BY ");
        for (int column = 0; column < aggregation.GroupBy.Count; column++)
        {
            writer.Sql.Add(column == 0 ? "" : ", ");
            Require(writer.Write(new ConnectorColumn(aggregation.GroupBy[column])));
        }
    }

    private void WriteOrderBy(SqlExpressionWriter writer, ValueList<ConnectorSortKey> order)
    {
        string separator = " ORDER BY ";
        foreach (ConnectorSortKey key in order)
        {
            writer.Sql.Add(separator);
            if (dialect.SortsNullsLow && key.NullsFirst == key.Descending)
            {
                writer.Sql.Add(dialect.HasTruthValues ? "(" : "CASE WHEN ");
                Require(writer.Write(new ConnectorColumn(key.Column)));
                writer.Sql.Add(key.NullsFirst ? " IS NOT NULL" : " IS NULL").Add(dialect.HasTruthValues ? "), " : " THEN 1 ELSE 0 END, ");
            }

            Require(writer.WriteOrdered(new ConnectorColumn(key.Column)));
            dialect.WriteDirection(writer.Sql, key);
            separator = ", ";
        }
    }

    // Pushdown wrote each of these once before it accepted them.
    private static void Require(string? reason)
    {
        if (reason is not null)
            throw new QueryException(ErrorCode.Internal, $"a pushed expression cannot be written: {reason}");
    }
}

/// <summary>Columns at one level: computed ones stand for their expressions, others for the table's columns or the inner query's.</summary>
/// <param name="handle">The level.</param>
/// <param name="innerColumns">What the inner query gives, in order; null to try whether something could be written.</param>
internal sealed class HandleScope(SqlTableHandle handle, IReadOnlyList<ColumnHandle>? innerColumns) : SqlScope
{
    /// <summary>Whether the column is the table's own.</summary>
    public bool IsOfTable(ColumnHandle column) => handle.Source is null && !IsComputed(column);

    /// <inheritdoc/>
    public override bool IsRemote(ColumnHandle column) => IsOfTable(column);

    /// <summary>Whether this level computes the column.</summary>
    public bool IsComputed(ColumnHandle column) =>
        handle.Computations.Any(computation => computation.Column == column)
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
            writer.Sql.Add(place < join.LeftColumns.Count ? $"l.c{place}" : $"r.c{place - join.LeftColumns.Count}");
            return null;
        }

        for (int index = 0; innerColumns is null || index < innerColumns.Count; index++)
        {
            if (innerColumns is null || innerColumns[index] == column)
            {
                writer.Sql.Add($"q.c{index}");
                return null;
            }
        }

        return $"column {column.Name} is not one of the pushed query";
    }
}
