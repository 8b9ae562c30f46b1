using System.Collections.Concurrent;
using QueryEngine.Connectors.Odbc.Native;

namespace QueryEngine.Connectors.Odbc;

/// <summary>
/// Connections to one source, kept for the next use. ODBC calls block, so that everything that asks the source runs on a thread of the pool
/// and leaves the engine's own threads to others.
/// </summary>
internal sealed class OdbcPool(OdbcTarget target, int maxIdle = 8) : IDisposable
{
    private readonly ConcurrentBag<OdbcConnection> _idle = [];
    private volatile bool _isDisposed;

    /// <summary>The source.</summary>
    public OdbcTarget Target => target;

    /// <summary>A connection, to be given back.</summary>
    public OdbcConnection Rent()
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        while (_idle.TryTake(out OdbcConnection? connection))
        {
            if (!connection.IsDead())
                return connection;
            connection.Dispose();
        }

        return OdbcConnection.Open(target);
    }

    /// <summary>Gives a connection back; what is not committed on it is rolled back.</summary>
    public void Return(OdbcConnection connection)
    {
        connection.Rollback();
        if (connection.IsBroken || _isDisposed || _idle.Count >= maxIdle)
            connection.Dispose();
        else
            _idle.Add(connection);
    }

    /// <summary>Does something with a connection; the token cancels the statements of <see cref="OdbcWork"/>.</summary>
    public Task<T> RunAsync<T>(Func<OdbcWork, T> work, CancellationToken cancellationToken) =>
        Task.Run(
            () =>
            {
                OdbcConnection connection = Rent();
                try
                {
                    return work(new OdbcWork(connection, cancellationToken));
                }
                catch (Exception exception) when (exception is not OperationCanceledException && cancellationToken.IsCancellationRequested)
                {
                    throw new OperationCanceledException("the query was canceled", exception, cancellationToken);
                }
                finally
                {
                    Return(connection);
                }
            },
            cancellationToken);

    /// <inheritdoc/>
    public void Dispose()
    {
        _isDisposed = true;
        while (_idle.TryTake(out OdbcConnection? connection))
            connection.Dispose();
    }
}

/// <summary>Statements on a connection that a token cancels.</summary>
internal sealed class OdbcWork(OdbcConnection connection, CancellationToken cancellationToken)
{
    /// <summary>The connection.</summary>
    public OdbcConnection Connection => connection;

    /// <summary>Runs a statement; the rows that it changed.</summary>
    public long Execute(string sql)
    {
        cancellationToken.ThrowIfCancellationRequested();
        using OdbcStatement statement = connection.CreateStatement();
        using CancellationTokenRegistration cancel = statement.CancelOn(cancellationToken);
        statement.Execute(sql);
        return Math.Max(0, statement.RowCount);
    }

    /// <summary>The rows of a query, as text.</summary>
    public List<string?[]> Query(string sql)
    {
        cancellationToken.ThrowIfCancellationRequested();
        using OdbcStatement statement = connection.CreateStatement();
        using CancellationTokenRegistration cancel = statement.CancelOn(cancellationToken);
        statement.Execute(sql);
        return Read(statement);
    }

    /// <summary>The columns that a query gives.</summary>
    public List<OdbcColumnDescription> Describe(string sql)
    {
        cancellationToken.ThrowIfCancellationRequested();
        using OdbcStatement statement = connection.CreateStatement();
        using CancellationTokenRegistration cancel = statement.CancelOn(cancellationToken);
        statement.Execute(sql);
        return [.. Enumerable.Range(1, statement.ColumnCount).Select(statement.Describe)];
    }

    /// <summary>The rows of a statement that has run, as text.</summary>
    public List<string?[]> Read(OdbcStatement statement)
    {
        int columns = statement.ColumnCount;
        var rows = new List<string?[]>();
        while (statement.Fetch())
        {
            cancellationToken.ThrowIfCancellationRequested();
            var row = new string?[columns];
            for (int column = 0; column < columns; column++)
                row[column] = statement.GetText(column + 1);
            rows.Add(row);
        }

        return rows;
    }

    /// <summary>Does something in a transaction.</summary>
    public T InTransaction<T>(Func<T> work)
    {
        connection.Begin();
        T result;
        try
        {
            result = work();
            cancellationToken.ThrowIfCancellationRequested();
        }
        catch
        {
            connection.Rollback();
            throw;
        }

        connection.Commit();
        return result;
    }
}
