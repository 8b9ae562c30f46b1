using System.Globalization;
using System.Text;
using QueryEngine.Connectors.Odbc.Native;
using QueryEngine.Connectors.Odbc.Writing;
using QueryEngine.Spi;

namespace QueryEngine.Connectors.Odbc.MariaDb;

/// <summary>Inserts rows by arrays of parameters: into a staging table that only this attempt knows, or into the target itself.</summary>
internal sealed class MariaDbSink : IRecordSink
{
    private const int RowsAtOnce = 2048;

    private readonly OdbcPool _pool;
    private readonly string _fragment;
    private readonly bool _isDirect;
    private OdbcConnection? _connection;
    private OdbcStatement? _statement;
    private OdbcParameters? _parameters;
    private long _rows;

    private MariaDbSink(OdbcPool pool, string fragment, bool isDirect)
    {
        (_pool, _fragment, _isDirect) = (pool, fragment, isDirect);
        _connection = pool.Rent();
    }

    /// <summary>Whether all rows are in the target, not yet committed.</summary>
    public bool IsFilled { get; private set; }

    /// <summary>Makes the staging table and prepares the insert.</summary>
    public static MariaDbSink Open(OdbcPool pool, MariaDbWriteHandle handle, SchemaTableName into, bool isDirect, bool isMySql, CancellationToken cancellationToken)
    {
        var sink = new MariaDbSink(pool, isDirect ? "" : into.Table, isDirect);
        try
        {
            cancellationToken.ThrowIfCancellationRequested();
            sink.Prepare(handle, into, isMySql);
            return sink;
        }
        catch
        {
            sink.Release();
            throw;
        }
    }

    /// <inheritdoc/>
    public async ValueTask WriteAsync(RecordBatch batch, CancellationToken cancellationToken)
    {
        await Task.Run(() => Write(batch, cancellationToken), cancellationToken);
        _rows += batch.RowCount;
    }

    /// <summary>Commits what is staged. The fragment: the rows, and the staging table, if it is not the target itself.</summary>
    public async ValueTask<ReadOnlyMemory<byte>> FinishAsync(CancellationToken cancellationToken)
    {
        if (!_isDirect)
            await Task.Run(() => _connection!.Commit(), cancellationToken);
        IsFilled = true;
        return Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{_rows} {_fragment}"));
    }

    /// <summary>The connection with its open transaction, which the caller commits and gives back.</summary>
    public OdbcConnection TakeConnection()
    {
        CloseStatement();
        OdbcConnection connection = _connection!;
        _connection = null;
        return connection;
    }

    /// <summary>Gives the connection back; what is not committed is rolled back.</summary>
    public void Release()
    {
        CloseStatement();
        if (Interlocked.Exchange(ref _connection, null) is { } connection)
            _pool.Return(connection);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        if (!(_isDirect && IsFilled))
            Release();
        return default;
    }

    private void Prepare(MariaDbWriteHandle handle, SchemaTableName into, bool isMySql)
    {
        SqlType[] types = [.. handle.Columns.Select(column => column.Type)];
        string name = MariaDbNames.Name(into);
        if (!_isDirect)
        {
            List<string> columns = [.. types.Select((type, place) => $"c{place} {MariaDbTypes.Declare(type, handle.Columns[place].Name, isMySql)} NULL")];
            if (handle.Kind == MariaDbWriteKind.Change)
            {
                bool isText = handle.RowId!.Type.IsText;
                string key = isText ? "c1 VARCHAR(12000) CHARACTER SET ascii COLLATE ascii_bin NULL, KEY (c1(255))" : "c1 BIGINT NULL, KEY (c1)";
                columns = ["c0 TINYINT NOT NULL", key, .. types.Select((type, place) => $"c{place + 2} {MariaDbTypes.Declare(type, handle.Columns[place].Name, isMySql)} NULL")];
                types = [SqlType.TinyInt, handle.RowId.Type, .. types];
            }

            _connection!.Execute($"CREATE TABLE {name} ({(columns.Count == 0 ? "c INT NULL" : string.Join(", ", columns))}) ENGINE = InnoDB");
        }

        string targets = _isDirect ? $" ({MariaDbNames.List(handle.Columns.Select(column => column.Name))})" : "";
        string marks = types.Length == 0 && !_isDirect ? "NULL" : string.Join(", ", types.Select(_ => "?"));
        _connection!.Begin();
        _statement = _connection.CreateStatement();
        _statement.TrySet(OdbcLibrary.AttributeNoScan, 1);
        _statement.Prepare($"INSERT INTO {name}{targets} VALUES ({marks})");
        _parameters = new OdbcParameters(_statement, types, RowsAtOnce, _pool.Target.IsNarrowTextUtf8);
    }

    private void Write(RecordBatch batch, CancellationToken cancellationToken)
    {
        using CancellationTokenRegistration cancel = _statement!.CancelOn(cancellationToken);
        _parameters!.Execute(batch, cancellationToken);
    }

    private void CloseStatement()
    {
        _statement?.Dispose();
        _parameters?.Dispose();
        (_statement, _parameters) = (null, null);
    }
}
