using System.Globalization;
using QueryEngine.Connectors.AdoNet;
using QueryEngine.Connectors.Sqlite.Native;
using QueryEngine.Spi;

namespace QueryEngine.Connectors.Sqlite;

/// <summary>One scan of one split.</summary>
internal sealed class SqliteReader : IDisposable
{
    private const int MaxBatchBytes = 8 << 20;

    private readonly SqlTableHandle _handle;
    private readonly ScanRequest _scan;
    private readonly SqliteDatabase _database;
    private readonly CancellationTokenRegistration _interrupt;
    private readonly SqliteStatement _statement;
    private readonly BatchBuilder _builder;
    private readonly SqliteColumnReader[] _readers;
    private readonly BytesBuilder[] _bytes;
    private readonly bool _hasRowId;
    private long? _countLeft;
    private bool _isDone;

    public SqliteReader(SqliteOptions options, ScanRequest scan, CancellationToken cancellationToken)
    {
        (_scan, _handle) = (scan, (SqlTableHandle)scan.Table);
        var split = (SqliteSplit)scan.Split;

        // The rowid comes along so that an error can name the row; it is not read otherwise.
        _hasRowId = split.RowId is not null && _handle.IsDivisible && scan.Columns.Count > 0;
        var part = new SqlTablePart { Domain = scan.DynamicFilter.Current, WriteRange = WriteRange(split) };
        IReadOnlyList<ColumnHandle> columns = _hasRowId
            ? [.. scan.Columns, new SqlColumn(split.RowId!, SqlType.BigInt, "rowid")] : scan.Columns;
        SqlText sql = new SqlGenerator(SqliteDialect.Instance).WriteScan(_handle, columns, part);

        _builder = new BatchBuilder(scan.Columns.Select(column => column.Type), scan.Memory);
        _database = SqliteDatabase.Open(options);
        _interrupt = _database.InterruptOn(cancellationToken);
        try
        {
            _statement = _database.Prepare(sql.ToString());
            for (int parameter = 0; parameter < sql.Parameters.Count; parameter++)
                _statement.Bind(parameter + 1, sql.Parameters[parameter].Value);
            _bytes = [.. _builder.Columns.OfType<BytesBuilder>()];
            _readers = [.. scan.Columns.Select((column, index) => SqliteColumnReader.Create(column.Type, index, _builder[index]))];
        }
        catch
        {
            _statement?.Dispose();
            _interrupt.Dispose();
            _database.Dispose();
            _builder.Dispose();
            throw;
        }

        scan.Metrics.Add(requests: 1);
    }

    /// <summary>The next rows, or null at the end.</summary>
    public RecordBatch? ReadBatch(CancellationToken cancellationToken)
    {
        try
        {
            return _scan.Columns.Count == 0 ? ReadCount() : ReadRows();
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellationToken);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _interrupt.Dispose();
        _statement.Dispose();
        _database.Dispose();
        _builder.Dispose();
    }

    private static Action<SqlText>? WriteRange(SqliteSplit split)
    {
        if (split.RowId is null || (split.Low is null && split.Below is null))
            return null;

        string name = StandardIdentifiers.Instance.Quote(split.RowId);
        return sql =>
        {
            if (split.Low is { } low)
                sql.Add(name).Add(" >= ").AddParameter("?", low, SqlType.BigInt);
            if (split.Low is not null && split.Below is not null)
                sql.Add(" AND ");
            if (split.Below is { } below)
                sql.Add(name).Add(" < ").AddParameter("?", below, SqlType.BigInt);
        };
    }

    private RecordBatch? ReadCount()
    {
        _countLeft ??= _statement.Step() ? _statement.GetInt64(0) : 0;
        int rows = (int)Math.Min(_countLeft.Value, RecordBatch.MaxRows);
        _countLeft -= rows;
        return rows == 0 ? null : new RecordBatch([], rows);
    }

    private RecordBatch? ReadRows()
    {
        if (_isDone)
            return null;

        SqliteColumnReader[] readers = _readers;
        SqliteStatement statement = _statement;
        while (!_builder.IsFull)
        {
            if (!statement.Step())
            {
                _isDone = true;
                break;
            }

            foreach (SqliteColumnReader reader in readers)
                if (!reader.Read(statement))
                    throw Mismatch(reader);
            _builder.EndRow();
            if ((_builder.RowCount & 63) == 0 && HoldsEnough())
                break;
        }

        return _builder.RowCount == 0 ? null : _builder.Build();
    }

    // Long values make a batch of fewer rows.
    private bool HoldsEnough()
    {
        long bytes = 0;
        foreach (BytesBuilder builder in _bytes)
            bytes += builder.ByteCount;
        return bytes >= MaxBatchBytes;
    }

    private QueryException Mismatch(SqliteColumnReader reader)
    {
        string kind = Sqlite3.ColumnType(_statement.Pointer, reader.Column) switch
        {
            Sqlite3.TypeInteger => "whole number",
            Sqlite3.TypeFloat => "floating point number",
            Sqlite3.TypeBlob => "blob",
            _ => "text",
        };
        ColumnHandle column = _scan.Columns[reader.Column];
        string value = kind == "blob" ? $"of {_statement.GetBlob(reader.Column).Length} bytes" : $"'{Shorten(_statement.GetText(reader.Column)!)}'";
        string row = _hasRowId
            ? $" in the row with rowid {_statement.GetInt64(_scan.Columns.Count).ToString(CultureInfo.InvariantCulture)}" : "";
        return new QueryException(
            ErrorCode.InvalidData,
            $"column {column.Name} of table {_handle.Table.Name} holds the {kind} {value}{row}, not {reader.Expected}",
            $"The column is declared {(column as SqlColumn)?.RemoteType}: mend the value in SQLite, or read the column through a view that casts it.");
    }

    private static string Shorten(string text) => text.Length <= 60 ? text : $"{text.AsSpan(0, 60)}...";
}
