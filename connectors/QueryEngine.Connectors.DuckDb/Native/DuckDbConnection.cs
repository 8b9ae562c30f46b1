using System.Runtime.InteropServices;
using System.Text;
using QueryEngine.Spi;

namespace QueryEngine.Connectors.DuckDb.Native;

/// <summary>A connection: one statement at a time, by one thread at a time; any may interrupt it.</summary>
internal sealed class DuckDbConnection : IDisposable
{
    private readonly Lock _lock = new();
    private readonly string _path;
    private nint _connection;

    /// <summary>Takes over a connection.</summary>
    public DuckDbConnection(string path, nint connection) => (_path, _connection) = (path, connection);

    /// <summary>The pointer. Valid while this is not disposed.</summary>
    public nint Pointer => _connection != 0 ? _connection : throw new ObjectDisposedException(nameof(DuckDbConnection));

    /// <summary>Text as UTF-8 with a zero at the end.</summary>
    /// <exception cref="QueryException">INVALID_TEXT when the text has a zero itself, which would end it there.</exception>
    public static byte[] Utf8(string text) => !text.Contains('\0', StringComparison.Ordinal)
        ? Encoding.UTF8.GetBytes(text + "\0")
        : throw new QueryException(ErrorCode.InvalidText, "names and statements of DuckDB hold no zero character");

    /// <summary>Runs statements; the rows that the last one changed.</summary>
    public unsafe long Execute(string sql)
    {
        fixed (byte* text = Utf8(sql))
        {
            int state = DuckDbApi.Query(Pointer, text, out DuckDbResultData result);
            try
            {
                return state == DuckDbApi.Success ? (long)DuckDbApi.RowsChanged(ref result) : throw Error(DuckDbApi.ResultError(ref result));
            }
            finally
            {
                DuckDbApi.DestroyResult(ref result);
            }
        }
    }

    /// <summary>Prepares one statement.</summary>
    public unsafe DuckDbStatement Prepare(string sql)
    {
        fixed (byte* text = Utf8(sql))
        {
            int state = DuckDbApi.Prepare(Pointer, text, out nint statement);
            if (state == DuckDbApi.Success)
                return new DuckDbStatement(this, statement);
            Exception error = Error(DuckDbApi.PrepareError(statement));
            DuckDbApi.DestroyPrepare(ref statement);
            throw error;
        }
    }

    /// <summary>Interrupts what runs, and what is about to, once the token says so, until the result is disposed of.</summary>
    public IDisposable InterruptOn(CancellationToken cancellationToken) => cancellationToken.CanBeCanceled ? new Interruption(this, cancellationToken) : NoInterruption.Instance;

    /// <summary>The error whose message that is.</summary>
    public Exception Error(nint message) => DuckDbErrors.Of(_path, Marshal.PtrToStringUTF8(message) ?? "unknown error");

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_lock)
        {
            if (_connection != 0)
                DuckDbApi.Disconnect(ref _connection);
            _connection = 0;
        }
    }

    private void Interrupt()
    {
        lock (_lock)
        {
            if (_connection != 0)
                DuckDbApi.Interrupt(_connection);
        }
    }

    private sealed class NoInterruption : IDisposable
    {
        public static readonly NoInterruption Instance = new();

        public void Dispose()
        {
        }
    }

    // An interrupt that comes before the statement starts is forgotten by it: it is repeated.
    private sealed class Interruption : IDisposable
    {
        private static readonly TimeSpan _again = TimeSpan.FromMilliseconds(20);

        private readonly Lock _lock = new();
        private readonly DuckDbConnection _connection;
        private readonly CancellationTokenRegistration _registration;
        private ITimer? _timer;
        private bool _isOver;

        public Interruption(DuckDbConnection connection, CancellationToken cancellationToken)
        {
            _connection = connection;
            _registration = cancellationToken.UnsafeRegister(static state => ((Interruption)state!).Start(), this);
        }

        public void Dispose()
        {
            lock (_lock)
                _isOver = true;
            _registration.Unregister();
            _timer?.Dispose();
        }

        private void Start()
        {
            lock (_lock)
            {
                if (!_isOver)
                    _timer = TimeProvider.System.CreateTimer(static state => ((Interruption)state!).Fire(), this, TimeSpan.Zero, _again);
            }
        }

        private void Fire()
        {
            lock (_lock)
            {
                if (!_isOver)
                    _connection.Interrupt();
            }
        }
    }
}

/// <summary>A prepared statement.</summary>
internal sealed class DuckDbStatement(DuckDbConnection connection, nint statement) : IDisposable
{
    private nint _statement = statement;

    /// <summary>How many columns its rows have.</summary>
    public int ColumnCount => (int)DuckDbApi.PreparedColumnCount(_statement);

    /// <summary>The name of a column.</summary>
    public string NameOf(int column)
    {
        nint name = DuckDbApi.PreparedColumnName(_statement, (ulong)column);
        string text = Marshal.PtrToStringUTF8(name) ?? "";
        DuckDbApi.Free(name);
        return text;
    }

    /// <summary>The type of a column; the caller owns it.</summary>
    public DuckDbTypeHandle TypeOf(int column) => new(DuckDbApi.PreparedColumnType(_statement, (ulong)column));

    /// <summary>Starts it; rows are computed as they are fetched.</summary>
    public DuckDbResult Run()
    {
        int state = DuckDbApi.ExecuteStreaming(_statement, out DuckDbResultData data);
        var result = new DuckDbResult(connection, data);
        if (state == DuckDbApi.Success)
            return result;
        Exception error = result.Error();
        result.Dispose();
        throw error;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_statement != 0)
            DuckDbApi.DestroyPrepare(ref _statement);
        _statement = 0;
    }
}

/// <summary>The rows of a statement.</summary>
internal sealed class DuckDbResult(DuckDbConnection connection, DuckDbResultData data) : IDisposable
{
    private DuckDbResultData _data = data;
    private bool _isDisposed;

    /// <summary>How many columns there are.</summary>
    public int ColumnCount => (int)DuckDbApi.ColumnCount(ref _data);

    /// <summary>The type of a column; the caller owns it.</summary>
    public DuckDbTypeHandle TypeOf(int column) => new(DuckDbApi.ColumnType(ref _data, (ulong)column));

    /// <summary>The next chunk, which the caller destroys; 0 at the end.</summary>
    public nint Fetch()
    {
        nint chunk = DuckDbApi.FetchChunk(_data);
        if (chunk == 0 && DuckDbApi.ResultError(ref _data) is not 0 and var message && Marshal.ReadByte(message) != 0)
            throw connection.Error(message);
        return chunk;
    }

    /// <summary>What went wrong.</summary>
    public Exception Error() => connection.Error(DuckDbApi.ResultError(ref _data));

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!_isDisposed)
            DuckDbApi.DestroyResult(ref _data);
        _isDisposed = true;
    }
}

/// <summary>A type of DuckDB.</summary>
internal sealed class DuckDbTypeHandle(nint type) : IDisposable
{
    private nint _type = type;

    /// <summary>The pointer. Valid while this is not disposed.</summary>
    public nint Pointer => _type;

    /// <summary>Its kind.</summary>
    public DuckDbType Kind => DuckDbApi.TypeOf(_type);

    /// <summary>The name of a type that is another one by a new name, as JSON is VARCHAR; else null.</summary>
    public string? Alias
    {
        get
        {
            nint alias = DuckDbApi.TypeAlias(_type);
            if (alias == 0)
                return null;
            string? text = Marshal.PtrToStringUTF8(alias);
            DuckDbApi.Free(alias);
            return text is null or "" ? null : text;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_type != 0)
            DuckDbApi.DestroyType(ref _type);
        _type = 0;
    }
}
