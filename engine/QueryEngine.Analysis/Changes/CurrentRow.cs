using QueryEngine.Analysis.Scopes;
using QueryEngine.Metadata.Sessions;
using QueryEngine.Plan;
using QueryEngine.Spi;

namespace QueryEngine.Analysis.Changes;

/// <summary>WHERE CURRENT OF: the row of a table that a cursor is on, known by its key, or by all of its values where it has none.</summary>
internal sealed class CurrentRow
{
    private readonly Cursor _cursor;
    private readonly CursorTable _table;
    private readonly SourcePosition _position;

    private CurrentRow(Cursor cursor, CursorTable table, SourcePosition position) => (_cursor, _table, _position) = (cursor, table, position);

    /// <summary>The cursor's row, which must be one of the table that is changed.</summary>
    /// <exception cref="QueryException">UNDEFINED_CURSOR; INVALID_CURSOR_STATE when its rows are not those of the table.</exception>
    public static CurrentRow Find(AnalysisContext context, WriteTarget target, Tree.Identifier name)
    {
        try
        {
            SessionState state = context.Tables.Metadata.States.Find(context.Query) ?? throw SessionState.NoCursor(name.Folded);
            Cursor cursor = state.Cursor(name.Folded);
            if (cursor.Table is not { } table)
                throw new QueryException(ErrorCode.InvalidCursorState, $"the rows of cursor '{name.Folded}' cannot be changed", "Declare it for a query of one table, without FOR READ ONLY.");
            return table.Catalog == target.Table.Catalog.Name && table.Table == target.Name
                ? new CurrentRow(cursor, table, name.Position)
                : throw new QueryException(ErrorCode.InvalidCursorState, $"the rows of cursor '{name.Folded}' are those of {table.Table}, not of {target.Name}");
        }
        catch (QueryException error)
        {
            throw error.At(name.Position);
        }
    }

    /// <summary>Leaves only this row.</summary>
    public void Filter(ChangePlan plan, ImmutableArray<Field> fields)
    {
        ValueList<object?> values;
        try
        {
            values = _cursor.Row();
        }
        catch (QueryException error)
        {
            throw error.At(_position);
        }

        for (int at = 0; at < values.Count; at++)
        {
            Column column = fields.First(field => field.Name == _table.Columns[at]).Column;
            Expression same = Make.Not(new SpecialExpression(SpecialForm.IsDistinctFrom, [column.Ref(), new ConstantExpression(values[at], column.Type)], SqlType.Boolean));
            plan.Builder.Filter(values[at] is null ? same : Make.Equal(column.Ref(), new ConstantExpression(values[at], column.Type)));
        }

        if (!_table.IsKey)
            plan.KeepOne([]);
    }

    /// <summary>The cursor, when it is on no row any more after these columns have been changed.</summary>
    /// <exception cref="QueryException">INVALID_CURSOR_STATE for a column that FOR UPDATE OF does not name.</exception>
    public Cursor? Change(IEnumerable<TableColumn> columns)
    {
        bool isOther = false;
        foreach (TableColumn column in columns)
        {
            isOther |= _table.Columns.Contains(column.Name);
            if (_table.Changeable.Count > 0 && !_table.Changeable.Contains(column.Name))
                throw new QueryException(ErrorCode.InvalidCursorState, $"cursor '{_cursor.Name}' was not declared FOR UPDATE OF column '{column.Name}'", _position);
        }

        return isOther ? _cursor : null;
    }

    /// <summary>The cursor, whose row goes.</summary>
    public Cursor Delete() => _cursor;
}
