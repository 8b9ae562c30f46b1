using QueryEngine.Metadata;
using QueryEngine.Metadata.Catalogs;
using QueryEngine.Spi;

namespace QueryEngine.Analysis.Statements;

/// <summary>A command that a source carries out.</summary>
public abstract record SourceCommand(string Catalog) : AnalyzedCommand
{
    /// <inheritdoc/>
    public sealed override async ValueTask RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        Catalog catalog = context.Metadata.Catalogs.Get(Catalog);
        IConnector connector = await catalog.GetConnectorAsync(cancellationToken).ConfigureAwait(false);
        ISupportsDdl ddl = connector.As<ISupportsDdl>()
            ?? throw QueryException.NotSupported($"{Tag} in catalog {Catalog} (connector {catalog.ConnectorName})");
        if (context.Query.Transaction is not null)
            await context.Metadata.Transactions.JoinAsync(context.Query, Catalog, cancellationToken).ConfigureAwait(false);
        ConnectorSession session = context.Query.ToConnectorSession(Catalog);
        if (connector.As<ISupportsAccessControl>() is { } access)
            await access.CheckAccessAsync(session, new AccessRequest(AccessKind.Define, Subject), cancellationToken).ConfigureAwait(false);
        await RunAsync(ddl, session, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The table that it is about; null where it is about a schema.</summary>
    protected virtual SchemaTableName? Subject => null;

    /// <summary>Does it.</summary>
    protected abstract ValueTask RunAsync(ISupportsDdl source, ConnectorSession session, CancellationToken cancellationToken);
}

/// <summary>CREATE TABLE; <paramref name="Replaced"/> is dropped before.</summary>
public sealed record CreateTableCommand(string Catalog, TableDefinition Table, SchemaTableName? Replaced) : SourceCommand(Catalog)
{
    /// <inheritdoc/>
    public override string Tag => "CREATE TABLE";

    /// <inheritdoc/>
    protected override SchemaTableName? Subject => Table.Name;

    /// <inheritdoc/>
    protected override async ValueTask RunAsync(ISupportsDdl source, ConnectorSession session, CancellationToken cancellationToken)
    {
        if (Replaced is { } replaced)
            await source.DropTableAsync(session, replaced, cancellationToken).ConfigureAwait(false);
        await source.CreateTableAsync(session, Table, cancellationToken).ConfigureAwait(false);
    }
}

/// <summary>DROP TABLE.</summary>
public sealed record DropTableCommand(string Catalog, SchemaTableName Table, bool IsCascade) : SourceCommand(Catalog)
{
    /// <inheritdoc/>
    public override string Tag => "DROP TABLE";

    /// <inheritdoc/>
    protected override SchemaTableName? Subject => Table;

    /// <inheritdoc/>
    protected override ValueTask RunAsync(ISupportsDdl source, ConnectorSession session, CancellationToken cancellationToken) =>
        source.DropTableAsync(session, Table, IsCascade, cancellationToken);
}

/// <summary>TRUNCATE TABLE.</summary>
public sealed record TruncateTableCommand(string Catalog, SchemaTableName Table) : SourceCommand(Catalog)
{
    /// <inheritdoc/>
    public override string Tag => "TRUNCATE TABLE";

    /// <inheritdoc/>
    protected override SchemaTableName? Subject => Table;

    /// <inheritdoc/>
    protected override ValueTask RunAsync(ISupportsDdl source, ConnectorSession session, CancellationToken cancellationToken) =>
        source.TruncateTableAsync(session, Table, cancellationToken);
}

/// <summary>ALTER TABLE, COMMENT.</summary>
public sealed record AlterTableCommand(string Catalog, SchemaTableName Table, ValueList<TableChange> Changes) : SourceCommand(Catalog)
{
    /// <summary>What the statement is, in words.</summary>
    public string Words { get; init; } = "ALTER TABLE";

    /// <inheritdoc/>
    public override string Tag => Words;

    /// <inheritdoc/>
    protected override SchemaTableName? Subject => Table;

    /// <inheritdoc/>
    protected override ValueTask RunAsync(ISupportsDdl source, ConnectorSession session, CancellationToken cancellationToken) =>
        Changes.Count == 0 ? ValueTask.CompletedTask : source.AlterTableAsync(session, Table, Changes, cancellationToken);
}

/// <summary>ALTER SCHEMA ... RENAME TO.</summary>
public sealed record RenameSchemaCommand(string Catalog, string Schema, string NewName) : SourceCommand(Catalog)
{
    /// <inheritdoc/>
    public override string Tag => "ALTER SCHEMA";

    /// <inheritdoc/>
    protected override ValueTask RunAsync(ISupportsDdl source, ConnectorSession session, CancellationToken cancellationToken) =>
        source.RenameSchemaAsync(session, Schema, NewName, cancellationToken);
}

/// <summary>CREATE SCHEMA.</summary>
public sealed record CreateSchemaCommand(string Catalog, string Schema) : SourceCommand(Catalog)
{
    /// <inheritdoc/>
    public override string Tag => "CREATE SCHEMA";

    /// <inheritdoc/>
    protected override ValueTask RunAsync(ISupportsDdl source, ConnectorSession session, CancellationToken cancellationToken) =>
        source.CreateSchemaAsync(session, Schema, cancellationToken);
}

/// <summary>DROP SCHEMA.</summary>
public sealed record DropSchemaCommand(string Catalog, string Schema, bool IsCascade) : SourceCommand(Catalog)
{
    /// <inheritdoc/>
    public override string Tag => "DROP SCHEMA";

    /// <inheritdoc/>
    protected override ValueTask RunAsync(ISupportsDdl source, ConnectorSession session, CancellationToken cancellationToken) =>
        source.DropSchemaAsync(session, Schema, IsCascade, cancellationToken);
}

/// <summary>CREATE [OR REPLACE] VIEW.</summary>
public sealed record CreateViewCommand(View View, bool IsReplace, bool IfNotExists) : AnalyzedCommand
{
    /// <summary>What the statement is, in words.</summary>
    public string Words { get; init; } = "CREATE VIEW";

    /// <inheritdoc/>
    public override string Tag => Words;

    /// <inheritdoc/>
    public override ValueTask RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        context.Query.RefuseTransaction(Tag);
        if (!context.Metadata.Views.Create(View, IsReplace) && !IfNotExists)
            throw new QueryException(ErrorCode.DuplicateTable, $"view '{View.Name}' already exists");
        return ValueTask.CompletedTask;
    }
}

/// <summary>DROP VIEW.</summary>
public sealed record DropViewCommand(View View) : AnalyzedCommand
{
    /// <inheritdoc/>
    public override string Tag => "DROP VIEW";

    /// <inheritdoc/>
    public override ValueTask RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        context.Query.RefuseTransaction(Tag);
        context.Metadata.Views.Drop(View.Catalog, View.Name);
        return ValueTask.CompletedTask;
    }
}

/// <summary>Several commands in a row: DROP TABLE a, b.</summary>
public sealed record CommandList(string Tag, ValueList<AnalyzedCommand> Commands) : AnalyzedCommand
{
    /// <inheritdoc/>
    public override string Tag { get; } = Tag;

    /// <inheritdoc/>
    public override async ValueTask RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        foreach (AnalyzedCommand command in Commands)
            await command.RunAsync(context, cancellationToken).ConfigureAwait(false);
    }
}
