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
        if (!handle.IsExactPart)
            return null;
        var sql = new SqlText();
        _conditions = [];
        sql.Add("DELETE FROM ");
        dialect.WriteTable(sql, handle.Table);
        WriteWhere(new SqlExpressionWriter(dialect, sql, _values, new HandleScope(handle, [])), handle, SqlTablePart.Whole);
        return sql;
    }

    /// <summary>
    /// The statement that gives columns of just the rows of a handle new values; null when the handle is more than a table and exact conditions, or a value
    /// has no form in the source that is the same.
    /// </summary>
    public SqlText? WriteUpdate(SqlTableHandle handle, ValueList<ColumnAssignment> assignments)
    {
        if (!handle.IsExactPart || assignments.Count == 0)
            return null;
        var sql = new SqlText();
        _conditions = [];
        sql.Add("UPDATE ");
        dialect.WriteTable(sql, handle.Table);
        var writer = new SqlExpressionWriter(dialect, sql, _values, new HandleScope(handle, []));
        string separator = " SET ";
        foreach (ColumnAssignment assignment in assignments)
        {
            if (assignment.Column is not SqlColumn { IsCastToText: false } || assignment.Value.Type != assignment.Column.Type)
                return null;
            sql.Add(separator).Add(dialect.Identifiers.Quote(assignment.Column.Name)).Add(" = ");
            if (writer.Write(assignment.Value) is not null)
                return null;
            separator = ", ";
        }

        WriteWhere(writer, handle, SqlTablePart.Whole);
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
            else if (handle.Windows.FirstOrDefault(window => window.Column == column) is { } window)
                CollectWindow(window);
            else if (!columns.Contains(column))
                columns.Add(column);
        }

        void CollectWindow(SqlWindow window)
        {
            foreach (ConnectorExpression argument in window.Call.Arguments)
                Collect(argument);
            foreach (ColumnHandle partition in window.PartitionBy)
                CollectOutput(partition);
            foreach (ConnectorSortKey key in window.OrderBy)
                CollectOutput(key.Column);
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
        SqlText sql, SqlTableHandle handle, IReadOnlyList<ColumnHandle> columns, SqlTablePart part, bool isOutermost, string path = "")
    {
        List<ColumnHandle> inner = handle.Source is null || handle.Join is not null ? [] : ColumnsOf(handle, columns);
        var scope = new HandleScope(handle, inner, path);
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
                sql.Add(" AS ").Add(dialect.InnerName(column, path));
        }

        sql.Add(" FROM ");
        string separator = " WHERE ";
        if (handle.Union is { } union)
            WriteUnion(sql, union);
        else if (handle.Source is null)
            dialect.WriteTable(sql, handle.Table);
        else if (handle.Join is { } join)
            separator = WriteJoin(writer, handle.Source, join, path);
        else
        {
            sql.Add("(");
            WriteQuery(sql, handle.Source, inner, part, isOutermost: false, path + "q");
            sql.Add(")").Add(dialect.Alias).Add("q");
        }

        WriteWhere(writer, handle, handle.IsOfOneTable ? part : SqlTablePart.Whole, separator);
        WriteGroupBy(writer, handle.Aggregation);
        Require(writer.WriteOrder(handle.Order, " ORDER BY "));
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

    private void WriteUnion(SqlText sql, SqlUnion union)
    {
        sql.Add("(");
        for (int place = 0; place < union.Inputs.Count; place++)
        {
            sql.Add(place == 0 ? "" : " UNION ALL ");
            WriteInput(sql, union.Inputs[place].Query, union.Inputs[place].Columns);
        }

        sql.Add(")").Add(dialect.Alias).Add("q");
    }

    private void WriteInput(SqlText sql, SqlTableHandle query, IReadOnlyList<ColumnHandle> columns)
    {
        bool isCut = query.Limit is not null;
        sql.Add(isCut ? "SELECT * FROM (" : "");
        WriteQuery(sql, query, columns, SqlTablePart.Whole, isOutermost: false);
        if (isCut)
            sql.Add(")").Add(dialect.Alias).Add("q");
    }

    // What comes between the join and the next condition.
    private string WriteJoin(SqlExpressionWriter writer, SqlTableHandle left, SqlJoin join, string path)
    {
        SqlText sql = writer.Sql;
        if (dialect.TakesUnions && SqlJoins.SetOperation(left, join) is { } rightColumns)
        {
            sql.Add("(");
            WriteInput(sql, left, join.LeftColumns);
            sql.Add(join.Kind == ConnectorJoinKind.Semi ? " INTERSECT " : " EXCEPT ");
            WriteInput(sql, join.Right, rightColumns);
            sql.Add(")").Add(dialect.Alias).Add("l");
            return " WHERE ";
        }

        bool isFilter = join.Kind is ConnectorJoinKind.Semi or ConnectorJoinKind.Anti;
        sql.Add("(");
        WriteQuery(sql, left, join.LeftColumns, SqlTablePart.Whole, isOutermost: false, path + "l");
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
        WriteQuery(sql, join.Right, join.RightColumns, SqlTablePart.Whole, isOutermost: false, path + "r");
        sql.Add(")").Add(dialect.Alias).Add(isFilter ? "r WHERE " : "r ON ");
        if (join.Conjuncts.Count == 0)
            sql.Add("1 = 1");
        for (int conjunct = 0; conjunct < join.Conjuncts.Count; conjunct++)
        {
            sql.Add(conjunct == 0 ? "" : " AND ");
            Require(dialect.WriteJoinCondition(writer, join.Conjuncts[conjunct]));
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

    // Pushdown wrote each of these once before it accepted them.
    private static void Require(string? reason)
    {
        if (reason is not null)
            throw new QueryException(ErrorCode.Internal, $"a pushed expression cannot be written: {reason}");
    }
}
