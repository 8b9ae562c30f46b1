using System.Diagnostics;
using QueryEngine.Connectors.Sqlite.Native;
using QueryEngine.Spi;

namespace QueryEngine.Connectors.Sqlite.Writing;

/// <summary>Inserts, updates and deletes rows by their rowid. Staged rows are the kind of change, the rowid, and the values.</summary>
internal sealed class SqliteRowChanges : IDisposable
{
    private readonly SqliteDatabase _database;
    private readonly SqliteWriteHandle _handle;
    private readonly SqliteStatement _delete;
    private readonly SqliteStatement? _update;
    private readonly SqliteStatement _insert;

    public SqliteRowChanges(SqliteDatabase database, SqliteWriteHandle handle)
    {
        (_database, _handle) = (database, handle);
        string name = SqliteDdl.Name(handle.Table);
        string rowId = SqliteDdl.Quote(handle.RowId!);
        _delete = database.Prepare($"DELETE FROM {name} WHERE {rowId} = ?1");
        _insert = database.Prepare(SqliteWrites.InsertStatement(handle));
        if (handle.Columns.Count > 0)
        {
            IEnumerable<string> assignments = handle.Columns.Select((column, place) => $"{SqliteDdl.Quote(column.Name)} = ?{place + 2}");
            _update = database.Prepare($"UPDATE {name} SET {string.Join(", ", assignments)} WHERE {rowId} = ?1");
        }
    }

    /// <summary>Does one staged change.</summary>
    public void Apply(SqliteStatement staged)
    {
        var change = (RowChange)staged.GetInt64(0);
        switch (change)
        {
            case RowChange.Insert:
                BindValues(_insert, staged, firstParameter: 1);
                Run(_insert);
                break;
            case RowChange.Update:
                if (_update is null)
                    break;
                _update.BindFrom(1, staged, 1);
                BindValues(_update, staged, firstParameter: 2);
                Run(_update);
                CheckOne();
                break;
            case RowChange.Delete:
                _delete.BindFrom(1, staged, 1);
                Run(_delete);
                CheckOne();
                break;
            default:
                throw new UnreachableException();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _delete.Dispose();
        _insert.Dispose();
        _update?.Dispose();
    }

    private static void Run(SqliteStatement statement)
    {
        statement.Step();
        statement.Reset();
    }

    private void BindValues(SqliteStatement statement, SqliteStatement staged, int firstParameter)
    {
        for (int column = 0; column < _handle.Columns.Count; column++)
            statement.BindFrom(firstParameter + column, staged, column + 2);
    }

    private void CheckOne()
    {
        if (_database.Changes != 1)
        {
            throw new QueryException(
                ErrorCode.SerializationFailure, $"a row of {_handle.Table} was deleted by somebody else meanwhile", "Run the statement again.");
        }
    }
}
