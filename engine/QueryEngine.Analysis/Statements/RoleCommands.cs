using QueryEngine.Metadata;
using QueryEngine.Spi;

namespace QueryEngine.Analysis.Statements;

/// <summary>CREATE ROLE.</summary>
public sealed record CreateRoleCommand(string Role) : AnalyzedCommand
{
    /// <inheritdoc/>
    public override string Tag => "CREATE ROLE";

    /// <inheritdoc/>
    public override ValueTask RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        context.Query.RefuseTransaction(Tag);
        context.Metadata.Roles.Create(Role);
        return ValueTask.CompletedTask;
    }
}

/// <summary>SET ROLE; null for NONE. Roles are not enforced: it is what <c>current_role</c> says.</summary>
public sealed record SetRoleCommand(string? Role) : AnalyzedCommand
{
    /// <inheritdoc/>
    public override string Tag => "SET ROLE";

    /// <inheritdoc/>
    public override ValueTask RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        context.Metadata.States.Open(context.Session).Role = Role;
        return ValueTask.CompletedTask;
    }
}

/// <summary>DROP ROLE.</summary>
public sealed record DropRoleCommand(string Role, bool IfExists) : AnalyzedCommand
{
    /// <inheritdoc/>
    public override string Tag => "DROP ROLE";

    /// <inheritdoc/>
    public override ValueTask RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        context.Query.RefuseTransaction(Tag);
        context.Metadata.Roles.Drop(Role, IfExists);
        return ValueTask.CompletedTask;
    }
}

/// <summary>GRANT and REVOKE.</summary>
public sealed record GrantCommand(bool IsRevoke, ValueList<Grant> Grants, bool OnlyOption) : AnalyzedCommand
{
    /// <inheritdoc/>
    public override string Tag => IsRevoke ? "REVOKE" : "GRANT";

    /// <inheritdoc/>
    public override ValueTask RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        context.Query.RefuseTransaction(Tag);
        foreach (Grant grant in Grants)
        {
            if (IsRevoke)
                context.Metadata.Roles.Remove(grant, OnlyOption);
            else
                context.Metadata.Roles.Add(grant);
        }

        return ValueTask.CompletedTask;
    }
}
