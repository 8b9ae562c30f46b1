using QueryEngine.Metadata.Catalogs;
using QueryEngine.Spi;

namespace QueryEngine.Analysis.Statements;

/// <summary>A statement that is accepted and changes nothing: BEGIN and COMMIT where every statement commits by itself, IF NOT EXISTS of what exists.</summary>
public sealed record NothingCommand(string Tag) : AnalyzedCommand
{
    /// <inheritdoc/>
    public override string Tag { get; } = Tag;

    /// <inheritdoc/>
    public override ValueTask RunAsync(CommandContext context, CancellationToken cancellationToken) => ValueTask.CompletedTask;
}

/// <summary>USE catalog.schema.</summary>
public sealed record UseCommand(string Catalog, string Schema) : AnalyzedCommand
{
    /// <inheritdoc/>
    public override string Tag => "USE";

    /// <inheritdoc/>
    public override ValueTask RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        context.Session.Use(Catalog, Schema);
        return ValueTask.CompletedTask;
    }
}

/// <summary>SET SESSION name = value; null puts it back to its default, and without a name all are put back.</summary>
public sealed record SetPropertyCommand(string? Name, string? Value) : AnalyzedCommand
{
    /// <inheritdoc/>
    public override string Tag => Value is null ? "RESET SESSION" : "SET SESSION";

    /// <inheritdoc/>
    public override ValueTask RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        if (Value is null)
            context.Session.ResetProperty(Name);
        else
            context.Session.SetProperty(Name!, Value);
        return ValueTask.CompletedTask;
    }
}

/// <summary>SET of one of PostgreSQL's settings that mean nothing here.</summary>
public sealed record SetVariableCommand(string Name, string Value) : AnalyzedCommand
{
    /// <inheritdoc/>
    public override string Tag => "SET";

    /// <inheritdoc/>
    public override ValueTask RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        context.Session.SetVariable(Name, Value);
        return ValueTask.CompletedTask;
    }
}

/// <summary>SET TIME ZONE.</summary>
public sealed record SetTimeZoneCommand(string Zone) : AnalyzedCommand
{
    /// <inheritdoc/>
    public override string Tag => "SET TIME ZONE";

    /// <inheritdoc/>
    public override ValueTask RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        context.Session.SetTimeZone(Zone);
        return ValueTask.CompletedTask;
    }
}

/// <summary>PREPARE name FROM statement.</summary>
public sealed record PrepareCommand(string Name, string Text) : AnalyzedCommand
{
    /// <inheritdoc/>
    public override string Tag => "PREPARE";

    /// <inheritdoc/>
    public override ValueTask RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        context.Session.Prepare(Name, Text);
        return ValueTask.CompletedTask;
    }
}

/// <summary>DEALLOCATE name; without one, all.</summary>
public sealed record DeallocateCommand(string? Name) : AnalyzedCommand
{
    /// <inheritdoc/>
    public override string Tag => "DEALLOCATE";

    /// <inheritdoc/>
    public override ValueTask RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        context.Session.Deallocate(Name);
        return ValueTask.CompletedTask;
    }
}

/// <summary>CREATE CATALOG name USING connector WITH (...), or FROM 'url'.</summary>
public sealed record CreateCatalogCommand(
    string Name, string? Connector, string? Url, IReadOnlyDictionary<string, string> Properties, bool IfNotExists) : AnalyzedCommand
{
    /// <inheritdoc/>
    public override string Tag => "CREATE CATALOG";

    /// <inheritdoc/>
    public override ValueTask RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        CatalogManager catalogs = context.Metadata.Catalogs;
        if (Url is not null)
            catalogs.CreateFromUrl(Name, Url, IfNotExists);
        else
            catalogs.Create(Name, Connector!, Properties, IfNotExists);
        return ValueTask.CompletedTask;
    }

    // The properties may be secret.
    protected override bool PrintMembers(System.Text.StringBuilder builder)
    {
        builder.Append("Name = ").Append(Name).Append(", Connector = ").Append(Connector);
        return true;
    }
}

/// <summary>INSTALL CONNECTOR path.</summary>
public sealed record InstallConnectorCommand(string Path) : AnalyzedCommand
{
    /// <inheritdoc/>
    public override string Tag => "INSTALL CONNECTOR";

    /// <inheritdoc/>
    public override async ValueTask RunAsync(CommandContext context, CancellationToken cancellationToken) =>
        await context.Metadata.Catalogs.Packages.InstallAsync(Path, cancellationToken).ConfigureAwait(false);
}

/// <summary>UNINSTALL CONNECTOR name.</summary>
public sealed record UninstallConnectorCommand(string Name, bool IfExists) : AnalyzedCommand
{
    /// <inheritdoc/>
    public override string Tag => "UNINSTALL CONNECTOR";

    /// <inheritdoc/>
    public override ValueTask RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        context.Metadata.Catalogs.Packages.Uninstall(Name, IfExists);
        return ValueTask.CompletedTask;
    }
}

/// <summary>DROP CATALOG names.</summary>
public sealed record DropCatalogCommand(ValueList<RequestedName> Names, bool IfExists) : AnalyzedCommand
{
    /// <inheritdoc/>
    public override string Tag => "DROP CATALOG";

    /// <inheritdoc/>
    public override async ValueTask RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        foreach (RequestedName name in Names)
            await context.Metadata.Catalogs.DropAsync(name, IfExists).ConfigureAwait(false);
    }
}
