using System.Collections;
using System.Collections.ObjectModel;
using System.Data;
using System.Data.Common;
using QueryEngine.Client.Reading;
using QueryEngine.Client.Schema;
using QueryEngine.Client.Services;
using QueryEngine.Client.Values;
using QueryEngine.Cluster.Statements;
using QueryEngine.Spi;

namespace QueryEngine.Client;

/// <summary>
/// Reads the rows of a command as batches arrive; any number of rows passes in constant memory. Closing it cancels what still runs.
/// </summary>
public sealed partial class QueryEngineDataReader : DbDataReader, IDbColumnSchemaGenerator
{
    private readonly QueryEngineConnection _connection;
    private readonly CommandRun _run;
    private readonly CommandBehavior _behavior;
    private readonly ResultValue _values;
    private ValueList<ResultColumn> _columns;
    private RecordBatch? _batch;
    private int _row = -1;
    private bool _hasRows;
    private bool _isOver;
    private bool _isClosed;

    internal QueryEngineDataReader(QueryEngineConnection connection, CommandRun run, CommandBehavior behavior)
    {
        (_connection, _run, _behavior) = (connection, run, behavior);
        _values = new ResultValue(connection.Zone);
        _columns = run.Columns;
    }

    /// <inheritdoc/>
    public override int Depth => 0;

    /// <inheritdoc/>
    public override int FieldCount => _columns.Count;

    /// <inheritdoc/>
    public override bool HasRows => !_isClosed && (_hasRows || (!_isOver && Blocking.Run(() => NextBatchAsync(CancellationToken.None))));

    /// <inheritdoc/>
    public override bool IsClosed => _isClosed;

    /// <summary>Rows that the statements so far have written; -1 when none writes.</summary>
    public override int RecordsAffected => (int)Math.Min(_run.RowsAffected, int.MaxValue);

    /// <inheritdoc/>
    public override object this[int ordinal] => GetValue(ordinal);

    /// <inheritdoc/>
    public override object this[string name] => GetValue(GetOrdinal(name));

    /// <inheritdoc/>
    public override bool Read() => NextInBatch() || Blocking.Run(() => ReadCoreAsync(CancellationToken.None));

    /// <inheritdoc/>
    public override Task<bool> ReadAsync(CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
            return Task.FromCanceled<bool>(cancellationToken);
        return NextInBatch() ? Task.FromResult(true) : ReadCoreAsync(cancellationToken).AsTask();
    }

    /// <inheritdoc/>
    public override bool NextResult() => Blocking.Run(() => NextResultCoreAsync(CancellationToken.None));

    /// <inheritdoc/>
    public override Task<bool> NextResultAsync(CancellationToken cancellationToken) => NextResultCoreAsync(cancellationToken).AsTask();

    /// <inheritdoc/>
    public override string GetName(int ordinal) => Column(ordinal).Name;

    /// <summary>The place of a column: of this very name, or else of this name in other cases.</summary>
    public override int GetOrdinal(string name)
    {
        foreach (StringComparison comparison in (ReadOnlySpan<StringComparison>)[StringComparison.Ordinal, StringComparison.OrdinalIgnoreCase])
            for (int column = 0; column < _columns.Count; column++)
                if (string.Equals(_columns[column].Name, name, comparison))
                    return column;
        throw new IndexOutOfRangeException($"there is no column '{name}' among {string.Join(", ", _columns.Select(column => column.Name))}");
    }

    /// <summary>The SQL type.</summary>
    public override string GetDataTypeName(int ordinal) => Column(ordinal).Type.ToString();

    /// <inheritdoc/>
    public override Type GetFieldType(int ordinal) => ClrTypes.Of(Column(ordinal).Type);

    /// <inheritdoc/>
    public override IEnumerator GetEnumerator() => new DbEnumerator(this, closeReader: false);

    /// <inheritdoc/>
    public ReadOnlyCollection<DbColumn> GetColumnSchema()
    {
        EnsureOpen();
        return ColumnSchema.Columns(_columns);
    }

    /// <inheritdoc/>
    public override Task<ReadOnlyCollection<DbColumn>> GetColumnSchemaAsync(CancellationToken cancellationToken = default) =>
        cancellationToken.IsCancellationRequested
            ? Task.FromCanceled<ReadOnlyCollection<DbColumn>>(cancellationToken)
            : Task.FromResult(GetColumnSchema());

    /// <inheritdoc/>
    public override DataTable? GetSchemaTable()
    {
        EnsureOpen();
        return _columns.Count == 0 ? null : ColumnSchema.Table(_columns);
    }

    /// <inheritdoc/>
    public override void Close()
    {
        if (!_isClosed)
            Blocking.Run(CloseCoreAsync);
    }

    /// <inheritdoc/>
    public override Task CloseAsync() => CloseCoreAsync().AsTask();

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        await CloseCoreAsync();
        await base.DisposeAsync();
    }

    /// <summary>Runs all statements that are left.</summary>
    internal async ValueTask ReadToEndAsync(CancellationToken cancellationToken)
    {
        do
        {
            while (await NextBatchAsync(cancellationToken))
                _row = _batch!.RowCount;
        }
        while (await NextResultCoreAsync(cancellationToken));
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
            Close();
        base.Dispose(disposing);
    }

    private bool NextInBatch()
    {
        EnsureOpen();
        if (_batch is null || _row + 1 >= _batch.RowCount || (_row >= 0 && _behavior.HasFlag(CommandBehavior.SingleRow)))
            return false;
        _row++;
        return true;
    }

    private async ValueTask<bool> ReadCoreAsync(CancellationToken cancellationToken)
    {
        EnsureOpen();
        if (_isOver || (_behavior.HasFlag(CommandBehavior.SingleRow) && _row >= 0))
        {
            DropBatch();
            _isOver = true;
            return false;
        }

        if (!await NextBatchAsync(cancellationToken))
            return false;
        _row = 0;
        return true;
    }

    private async ValueTask<bool> NextBatchAsync(CancellationToken cancellationToken)
    {
        DropBatch();
        _batch = await _run.NextBatchAsync(cancellationToken);
        _isOver = _batch is null;
        _hasRows |= !_isOver;
        return !_isOver;
    }

    private async ValueTask<bool> NextResultCoreAsync(CancellationToken cancellationToken)
    {
        EnsureOpen();
        DropBatch();
        _hasRows = false;
        bool isSingle = (_behavior & (CommandBehavior.SingleResult | CommandBehavior.SingleRow)) != 0;
        bool hasResult = !isSingle && await _run.NextResultAsync(cancellationToken);
        _columns = _run.Columns;
        _isOver = !hasResult;
        return hasResult;
    }

    private async ValueTask CloseCoreAsync()
    {
        if (_isClosed)
            return;
        _isClosed = true;
        DropBatch();
        _connection.Reader = null;
        await _run.DisposeAsync();
        if (_behavior.HasFlag(CommandBehavior.CloseConnection))
            await _connection.CloseAsync();
    }

    private void DropBatch()
    {
        _batch?.Dispose();
        _batch = null;
        _row = -1;
    }

    private void EnsureOpen()
    {
        if (_isClosed)
            throw new InvalidOperationException("the reader is closed");
    }

    private ResultColumn Column(int ordinal)
    {
        EnsureOpen();
        return (uint)ordinal < (uint)_columns.Count
            ? _columns[ordinal]
            : throw new IndexOutOfRangeException($"there is no column {ordinal} among {_columns.Count}");
    }
}
