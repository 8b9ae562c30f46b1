using System.Data;
using System.Data.Common;
using System.Diagnostics.CodeAnalysis;
using QueryEngine.Client.Reading;
using QueryEngine.Client.Services;

namespace QueryEngine.Client;

/// <summary>One or more statements separated by semicolons, with values for <c>@name</c>, <c>:name</c>, <c>?</c> or <c>$1</c>.</summary>
public sealed class QueryEngineCommand : DbCommand
{
    private CommandRun? _running;
    private int? _timeout;

    /// <summary>A command without text or connection.</summary>
    public QueryEngineCommand()
    {
    }

    /// <summary>A command.</summary>
    public QueryEngineCommand(string? commandText, QueryEngineConnection? connection = null) =>
        (CommandText, Connection) = (commandText, connection);

    /// <inheritdoc/>
    [AllowNull]
    public override string CommandText { get; set => field = value ?? string.Empty; } = string.Empty;

    /// <summary>Seconds that the engine may take to plan and to give each batch of rows; 0 for no limit.</summary>
    public override int CommandTimeout
    {
        get => _timeout ?? Connection?.DefaultCommandTimeout ?? 0;
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            _timeout = value;
        }
    }

    /// <summary>Text, or TableDirect for the name of a table.</summary>
    public override CommandType CommandType
    {
        get;
        set => field = value is CommandType.Text or CommandType.TableDirect
            ? value
            : throw new NotSupportedException($"commands of type {value} are not supported");
    } = CommandType.Text;

    /// <inheritdoc/>
    public override bool DesignTimeVisible { get; set; }

    /// <inheritdoc/>
    public override UpdateRowSource UpdatedRowSource { get; set; }

    /// <inheritdoc cref="DbCommand.Connection"/>
    public new QueryEngineConnection? Connection { get; set; }

    /// <inheritdoc cref="DbCommand.Parameters"/>
    public new QueryEngineParameterCollection Parameters { get; } = [];

    /// <inheritdoc/>
    protected override DbConnection? DbConnection
    {
        get => Connection;
        set => Connection = value is null ? null : value as QueryEngineConnection
            ?? throw new InvalidCastException($"a {value.GetType().Name} is not a {nameof(QueryEngineConnection)}");
    }

    /// <inheritdoc/>
    protected override DbParameterCollection DbParameterCollection => Parameters;

    /// <inheritdoc/>
    protected override DbTransaction? DbTransaction { get; set; }

    /// <summary>Cancels what the command runs, here and at the sources; it ends with SQLSTATE 57014.</summary>
    public override void Cancel() => _running?.Cancel();

    /// <inheritdoc/>
    public override int ExecuteNonQuery() => Blocking.Run(() => ExecuteNonQueryCoreAsync(CancellationToken.None));

    /// <inheritdoc/>
    public override Task<int> ExecuteNonQueryAsync(CancellationToken cancellationToken) =>
        ExecuteNonQueryCoreAsync(cancellationToken).AsTask();

    /// <inheritdoc/>
    public override object? ExecuteScalar() => Blocking.Run(() => ExecuteScalarCoreAsync(CancellationToken.None));

    /// <inheritdoc/>
    public override Task<object?> ExecuteScalarAsync(CancellationToken cancellationToken) =>
        ExecuteScalarCoreAsync(cancellationToken).AsTask();

    /// <inheritdoc cref="DbCommand.ExecuteReader()"/>
    public new QueryEngineDataReader ExecuteReader(CommandBehavior behavior = CommandBehavior.Default) =>
        Blocking.Run(() => ExecuteCoreAsync(behavior, CancellationToken.None));

    /// <inheritdoc cref="DbCommand.ExecuteReaderAsync()"/>
    public new Task<QueryEngineDataReader> ExecuteReaderAsync(CancellationToken cancellationToken = default) =>
        ExecuteCoreAsync(CommandBehavior.Default, cancellationToken).AsTask();

    /// <summary>Checks the statement's form; the engine plans statements when they run.</summary>
    public override void Prepare()
    {
        OpenConnection();
        if (CommandText.Length == 0)
            throw new InvalidOperationException("the command has no text");
    }

    /// <inheritdoc cref="DbCommand.CreateParameter"/>
    public new QueryEngineParameter CreateParameter() => new();

    /// <inheritdoc/>
    protected override DbParameter CreateDbParameter() => CreateParameter();

    /// <inheritdoc/>
    protected override DbDataReader ExecuteDbDataReader(CommandBehavior behavior) => ExecuteReader(behavior);

    /// <inheritdoc/>
    protected override async Task<DbDataReader> ExecuteDbDataReaderAsync(CommandBehavior behavior, CancellationToken cancellationToken) =>
        await ExecuteCoreAsync(behavior, cancellationToken);

    private QueryEngineConnection OpenConnection()
    {
        QueryEngineConnection connection = Connection ?? throw new InvalidOperationException("the command has no connection");
        connection.EnsureOpen();
        return connection;
    }

    private async ValueTask<QueryEngineDataReader> ExecuteCoreAsync(CommandBehavior behavior, CancellationToken cancellationToken)
    {
        QueryEngineConnection connection = OpenConnection();
        if (connection.Reader is not null)
            throw new InvalidOperationException("the connection has an open reader; close it first");
        if (string.IsNullOrWhiteSpace(CommandText))
            throw new InvalidOperationException("the command has no text");

        string text = CommandType == CommandType.TableDirect ? $"SELECT * FROM {CommandText}" : CommandText;
        var run = new CommandRun(connection, text, Parameters, behavior, TimeSpan.FromSeconds(CommandTimeout));
        _running = run;
        try
        {
            await run.NextResultAsync(cancellationToken);
        }
        catch
        {
            await run.DisposeAsync();
            if (behavior.HasFlag(CommandBehavior.CloseConnection))
                await connection.CloseAsync();
            throw;
        }

        return connection.Reader = new QueryEngineDataReader(connection, run, behavior);
    }

    private async ValueTask<int> ExecuteNonQueryCoreAsync(CancellationToken cancellationToken)
    {
        await using QueryEngineDataReader reader = await ExecuteCoreAsync(CommandBehavior.Default, cancellationToken);
        await reader.ReadToEndAsync(cancellationToken);
        return reader.RecordsAffected;
    }

    private async ValueTask<object?> ExecuteScalarCoreAsync(CancellationToken cancellationToken)
    {
        await using QueryEngineDataReader reader = await ExecuteCoreAsync(CommandBehavior.Default, cancellationToken);
        object? value = reader.FieldCount > 0 && await reader.ReadAsync(cancellationToken) ? reader.GetValue(0) : null;
        return value;
    }
}
