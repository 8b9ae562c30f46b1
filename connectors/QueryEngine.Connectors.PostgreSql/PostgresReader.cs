using System.Buffers;
using System.Buffers.Binary;
using Npgsql;
using QueryEngine.Spi;

namespace QueryEngine.Connectors.PostgreSql;

/// <summary>
/// One COPY under way: reads its bytes, finds the fields of whole rows, and decodes them column by column. Disposing it early, and the
/// token, cancel the query at the server.
/// </summary>
internal sealed class PostgresReader : IAsyncDisposable
{
    private const int FirstBuffer = 256 * 1024;
    private const int MaxFields = 16 * 1024;
    private const int MaxBatchBytes = 8 << 20;
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(5);
    private static readonly byte[] _signature = [.. "PGCOPY\n"u8, 0xFF, .. "\r\n\0"u8];

    private readonly PostgresDatabase _database;
    private readonly NpgsqlConnection _connection;
    private readonly ScanRequest _scan;
    private readonly BatchBuilder _builder;
    private readonly PostgresDecoder[] _decoders;
    private readonly int[] _starts;
    private readonly int[] _lengths;
    private readonly int _fields;
    private readonly CancellationTokenSource _unreachable = new();
    private readonly CancellationTokenRegistration _cancellation;
    private NpgsqlRawCopyStream? _stream;
    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(FirstBuffer);
    private int _start;
    private int _end;
    private bool _sawHeader;
    private bool _isDone;
    private bool _isAborted;
    private Task? _canceling;
    private long _countLeft = -1;
    private long _batchBytes;

    public PostgresReader(
        PostgresDatabase database, NpgsqlConnection connection, ScanRequest scan, string table, CancellationToken cancellationToken)
    {
        (_database, _connection, _scan) = (database, connection, scan);
        _builder = new BatchBuilder(
            scan.Columns.Count == 0 ? [SqlType.BigInt] : scan.Columns.Select(column => column.Type),
            scan.Columns.Count == 0 ? MemoryContext.Unlimited : scan.Memory);
        _decoders = scan.Columns.Count == 0
            ? [PostgresDecoder.Create("count", SqlType.BigInt, _builder[0], database.Options, table)]
            : [.. scan.Columns.Select((column, index) => PostgresDecoder.Create(column.Name, column.Type, _builder[index], database.Options, table))];
        _fields = _decoders.Length;
        _starts = new int[Math.Max(_fields, MaxFields / _fields * _fields)];
        _lengths = new int[_starts.Length];
        _cancellation = cancellationToken.UnsafeRegister(static reader => ((PostgresReader)reader!).CancelRemote(), this);
    }

    /// <summary>Starts the COPY. The server answers when it has the first rows, so that this too may take long.</summary>
    public async ValueTask StartAsync(string sql, CancellationToken cancellationToken)
    {
        try
        {
            _stream = await _connection.BeginRawBinaryCopyAsync($"COPY ({sql}) TO STDOUT (FORMAT BINARY)", _unreachable.Token);
        }
        catch (Exception exception) when (PostgresErrors.IsForeign(exception) || exception is OperationCanceledException)
        {
            _isAborted = true;
            throw PostgresErrors.Translate(exception, _database.Options, cancellationToken);
        }
    }

    /// <summary>The next rows, or null at the end.</summary>
    public async ValueTask<RecordBatch?> ReadBatchAsync(CancellationToken cancellationToken)
    {
        if (_scan.Columns.Count == 0)
            return await ReadCountAsync(cancellationToken);

        await FillAsync(cancellationToken);
        return _builder.RowCount == 0 ? null : _builder.Build();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _cancellation.DisposeAsync();
        if (!_isDone && !_isAborted)
            CancelRemote();

        // The request to stop must have gone out before another query can run on this connection.
        if (Volatile.Read(ref _canceling) is { } canceling)
            await canceling;
        try
        {
            if (_stream is not null)
                await _stream.DisposeAsync();
        }
        catch (Exception exception) when (PostgresErrors.IsForeign(exception) || exception is OperationCanceledException)
        {
            // It was canceled, which is what was wanted.
        }

        await _connection.DisposeAsync();
        _builder.Dispose();
        _unreachable.Dispose();
        ArrayPool<byte>.Shared.Return(_buffer);
    }

    private async ValueTask<RecordBatch?> ReadCountAsync(CancellationToken cancellationToken)
    {
        if (_countLeft < 0)
        {
            await FillAsync(cancellationToken);
            using RecordBatch count = _builder.Build();
            _countLeft = count.RowCount == 0 ? 0 : ((FixedWidthVector<long>)count[0]).Values[0];
        }

        int rows = (int)Math.Min(_countLeft, RecordBatch.MaxRows);
        _countLeft -= rows;
        return rows == 0 ? null : new RecordBatch([], rows);
    }

    private async ValueTask FillAsync(CancellationToken cancellationToken)
    {
        _batchBytes = 0;
        while (!_isDone && !_builder.IsFull && _batchBytes < MaxBatchBytes)
        {
            if (!_sawHeader && _end - _start >= 19)
                ReadHeader();
            int rows = _sawHeader ? DecodeRows() : 0;
            if (rows == 0 && !_isDone)
                await ReadMoreAsync(cancellationToken);
        }
    }

    // A message of the server is a row: many are taken at once.
    private async ValueTask ReadMoreAsync(CancellationToken cancellationToken)
    {
        if (_start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
        }

        if (_end == _buffer.Length)
        {
            byte[] larger = ArrayPool<byte>.Shared.Rent(checked(_buffer.Length * 2));
            _buffer.AsSpan(0, _end).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = larger;
        }

        int before = _end;
        try
        {
            while (_end < _buffer.Length)
            {
                ValueTask<int> reading = _stream!.ReadAsync(_buffer.AsMemory(_end), _unreachable.Token);
                bool waited = !reading.IsCompleted;
                int read = await reading;
                _end += read;
                if (read == 0 || (waited && _end > _buffer.Length / 2))
                    break;
            }
        }
        catch (Exception exception) when (PostgresErrors.IsForeign(exception) || exception is OperationCanceledException)
        {
            _isAborted = true;
            throw PostgresErrors.Translate(exception, _database.Options, cancellationToken);
        }

        if (_end == before)
            throw new QueryException(ErrorCode.ProtocolViolation, $"PostgreSQL server {_database.Options.Address} ended a COPY in the middle of a row");
        _scan.Metrics.Add(bytes: _end - before);
    }

    private void ReadHeader()
    {
        ReadOnlySpan<byte> header = _buffer.AsSpan(_start, _end - _start);
        if (!header.StartsWith(_signature))
            throw new QueryException(ErrorCode.ProtocolViolation, $"PostgreSQL server {_database.Options.Address} sent no binary COPY");
        int extension = BinaryPrimitives.ReadInt32BigEndian(header[15..]);
        if (header.Length < 19 + extension)
            return;
        _start += 19 + extension;
        _sawHeader = true;
    }

    // Finds the fields of as many whole rows as there are and room is for, then decodes column by column.
    private int DecodeRows()
    {
        int most = Math.Min(RecordBatch.MaxRows - _builder.RowCount, _starts.Length / _fields);
        int rows = 0;
        ReadOnlySpan<byte> data = _buffer.AsSpan(0, _end);
        int at = _start;
        while (rows < most && at + 2 <= data.Length)
        {
            int count = BinaryPrimitives.ReadInt16BigEndian(data[at..]);
            if (count == -1)
            {
                _isDone = true;
                at += 2;
                break;
            }

            if (count != _fields)
                throw new QueryException(ErrorCode.ProtocolViolation, $"a row of {count} fields came where {_fields} were asked for");
            if (!TryFindFields(data, at + 2, rows * _fields, out int next))
                break;
            at = next;
            rows++;
        }

        _batchBytes += at - _start;
        _start = at;
        for (int column = 0; column < _fields && rows > 0; column++)
            _decoders[column].DecodeColumn(data, _starts.AsSpan(column), _lengths.AsSpan(column), _fields, rows);
        for (int row = 0; row < rows; row++)
            _builder.EndRow();
        return rows;
    }

    private bool TryFindFields(ReadOnlySpan<byte> data, int at, int first, out int next)
    {
        next = at;
        for (int column = 0; column < _fields; column++)
        {
            if (at + 4 > data.Length)
                return false;
            int length = BinaryPrimitives.ReadInt32BigEndian(data[at..]);
            at += 4;
            if (length > data.Length - at)
                return false;
            _starts[first + column] = at;
            _lengths[first + column] = length;
            at += Math.Max(length, 0);
        }

        next = at;
        return true;
    }

    // Asks the server to stop. When it does not answer, the connection is given up.
    private void CancelRemote()
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        if (Interlocked.CompareExchange(ref _canceling, done.Task, null) is not null)
            return;
        _unreachable.CancelAfter(_patience);
        ThreadPool.UnsafeQueueUserWorkItem(static state => _ = state.Reader.CancelRemoteAsync(state.Done), (Reader: this, Done: done), preferLocal: false);
    }

    private async Task CancelRemoteAsync(TaskCompletionSource done)
    {
        try
        {
            await _database.CancelAsync(_connection.ProcessID, _unreachable.Token);
        }
        catch (Exception exception) when (exception is QueryException or OperationCanceledException || PostgresErrors.IsForeign(exception))
        {
            await _unreachable.CancelAsync();
        }
        finally
        {
            done.SetResult();
        }
    }
}
