using System.Data;
using QueryEngine.Cluster.Statements;
using QueryEngine.Spi;
using QueryEngine.Sql;
using QueryEngine.Sql.Tree;

namespace QueryEngine.Client.Reading;

/// <summary>
/// Runs the statements of a command one after the other. Statements without rows run to their end on the way to the next one that has
/// rows; statements behind the last result that was asked for do not run.
/// </summary>
internal sealed class CommandRun : IAsyncDisposable
{
    private readonly CancellationTokenSource _cancellation = new();
    private readonly QueryEngineConnection _connection;
    private readonly IReadOnlyList<StatementText> _statements;
    private readonly StatementParameters _parameters;
    private readonly bool _isSchemaOnly;
    private readonly TimeSpan _timeout;
    private int _next;
    private IStatementResult? _result;
    private IAsyncEnumerator<RecordBatch>? _batches;
    private bool _isCanceledByCommand;
    private bool _isDisposed;

    public CommandRun(
        QueryEngineConnection connection, string text, QueryEngineParameterCollection parameters, CommandBehavior behavior, TimeSpan timeout)
    {
        _connection = connection;
        _statements = SqlParser.SplitStatements(text);
        _parameters = new StatementParameters(parameters);
        _isSchemaOnly = behavior.HasFlag(CommandBehavior.SchemaOnly);
        _timeout = timeout;
    }

    /// <summary>The columns of the current result; none when there is no result with rows.</summary>
    public ValueList<ResultColumn> Columns { get; private set; }

    /// <summary>Rows that were written so far; -1 when no statement has written.</summary>
    public long RowsAffected { get; private set; } = -1;

    /// <summary>Ends what runs; the one who waits for it gets an error.</summary>
    public void Cancel()
    {
        lock (_cancellation)
        {
            if (_isDisposed)
                return;
            _isCanceledByCommand = true;
            _cancellation.Cancel();
        }
    }

    /// <summary>Goes to the next statement that has rows.</summary>
    /// <returns>Whether there is one.</returns>
    public async ValueTask<bool> NextResultAsync(CancellationToken cancellationToken)
    {
        await CloseResultAsync();
        while (_next < _statements.Count)
        {
            string statement = _statements[_next++].Text;
            if (_isSchemaOnly && SqlParser.ParseStatement(statement) is not QueryStatement)
                continue;
            ValueList<StatementParameter> parameters = _parameters.Of(statement);
            _result = await GuardAsync(token => _connection.ExecuteAsync(statement, parameters, token), statement, cancellationToken);
            Columns = _result.Columns;
            if (_isSchemaOnly)
            {
                await CloseResultAsync(keepColumns: true);
                return true;
            }

            _batches = _result.ReadAsync(_cancellation.Token).GetAsyncEnumerator(CancellationToken.None);
            if (Columns.Count > 0)
                return true;
            while (await NextBatchAsync(cancellationToken) is { } batch)
                batch.Dispose();
            await CloseResultAsync();
        }

        return false;
    }

    /// <summary>The next rows of the current result, which the caller owns; null at its end.</summary>
    public async ValueTask<RecordBatch?> NextBatchAsync(CancellationToken cancellationToken)
    {
        if (_batches is not { } batches)
            return null;

        while (await GuardAsync(_ => batches.MoveNextAsync(), _statements[_next - 1].Text, cancellationToken))
        {
            if (batches.Current.RowCount > 0)
                return batches.Current;
            batches.Current.Dispose();
        }

        if (_result?.End is { } end)
        {
            _connection.Settings = end.Settings;
            if (end.UpdateCount is { } rows)
                RowsAffected = Math.Max(RowsAffected, 0) + rows;
        }

        await batches.DisposeAsync();
        _batches = null;
        return null;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        lock (_cancellation)
        {
            if (_isDisposed)
                return;
            _isDisposed = true;
        }

        await CloseResultAsync();
        _cancellation.Dispose();
    }

    private async ValueTask CloseResultAsync(bool keepColumns = false)
    {
        if (!keepColumns)
            Columns = [];
        (IStatementResult? result, IAsyncEnumerator<RecordBatch>? batches) = (_result, _batches);
        (_result, _batches) = (null, null);
        if (batches is not null)
            await batches.DisposeAsync();
        if (result is not null)
            await result.DisposeAsync();
    }

    private async ValueTask<T> GuardAsync<T>(
        Func<CancellationToken, ValueTask<T>> work, string statement, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        await using CancellationTokenRegistration registration = cancellationToken.UnsafeRegister(
            static source => ((CancellationTokenSource)source!).Cancel(), _cancellation);
        if (_timeout > TimeSpan.Zero)
            _cancellation.CancelAfter(_timeout);
        try
        {
            return await work(_cancellation.Token);
        }
        catch (Exception error) when (_cancellation.IsCancellationRequested && (error is OperationCanceledException or QueryException))
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw Canceled(error);
        }
        catch (QueryException error)
        {
            throw new QueryEngineException(error, statement);
        }
        finally
        {
            _cancellation.CancelAfter(Timeout.InfiniteTimeSpan);
        }
    }

    private QueryEngineException Canceled(Exception error) => _isCanceledByCommand
        ? new QueryEngineException("the command was canceled", ErrorCode.QueryCanceled, error)
        : new QueryEngineException(
            $"the command took longer than its timeout of {_timeout.TotalSeconds} s", ErrorCode.QueryCanceled, new TimeoutException(error.Message, error));
}
