using QueryEngine.Metadata;
using QueryEngine.Spi;

namespace QueryEngine.Analysis.Statements;

/// <summary>SET ROLE, SHOW ROLES and SHOW GRANTS.</summary>
internal sealed class RoleAnalyzer(StatementAnalyzer statements)
{
    private RoleStore Store => statements.Metadata.Roles;

    /// <summary>SET ROLE.</summary>
    public AnalyzedStatement Set(Tree.SetRoleStatement set)
    {
        if (set.Role is null)
            return new SetRoleCommand(null);
        string role = set.Role.Folded;
        return Store.Roles.Contains(role)
            ? new SetRoleCommand(role)
            : throw new QueryException(ErrorCode.UndefinedObject, $"role '{role}' does not exist", set.Role.Position, Suggestion.DidYouMean(role, Store.Roles));
    }

    /// <summary>SHOW ROLES; the current ones are that of SET ROLE, or all that the user was granted, and what those were granted.</summary>
    public AnalyzedQuery Roles(Tree.ShowRolesStatement show)
    {
        IEnumerable<string> roles = show.IsCurrent ? Current() : Store.Roles;
        return ShowAnalyzer.Table([("Role", SqlType.Varchar)], roles.Where(role => NamePattern.Matches(show.Like, role)).Order(StringComparer.Ordinal).Select(role => new object?[] { role }));
    }

    /// <summary>SHOW GRANTS and SHOW ROLE GRANTS.</summary>
    public async ValueTask<AnalyzedStatement> GrantsAsync(Tree.ShowGrantsStatement show, CancellationToken cancellationToken)
    {
        if (show.OfRoles)
        {
            return ShowAnalyzer.Table(
                [("Role", SqlType.Varchar), ("Grantee", SqlType.Varchar), ("Grantable", SqlType.Boolean)],
                Store.Grants.Where(grant => grant.Object is null).Select(grant => new object?[] { grant.Privilege, grant.Grantee, grant.WithGrantOption }));
        }

        IEnumerable<Grant> grants = Store.Grants.Where(grant => grant.Object is not null);
        if (show.Table is { } table)
        {
            var targets = new Targets(statements);
            (TargetName name, ResolvedRelation? relation) = await targets.FindAsync(table, cancellationToken).ConfigureAwait(false);
            if (relation is null)
                throw await targets.NotFoundAsync(name, table, cancellationToken).ConfigureAwait(false);
            grants = grants.Where(grant => grant.Object == name.ToString());
        }

        return ShowAnalyzer.Table(
            [("Object", SqlType.Varchar), ("Grantee", SqlType.Varchar), ("Privilege", SqlType.Varchar), ("Grantable", SqlType.Boolean)],
            grants.OrderBy(grant => grant.Object, StringComparer.Ordinal).ThenBy(grant => grant.Grantee, StringComparer.Ordinal)
                .Select(grant => new object?[] { grant.Object, grant.Grantee, grant.Privilege, grant.WithGrantOption }));
    }

    private HashSet<string> Current()
    {
        string? set = statements.Metadata.States.Find(statements.Context)?.Role;
        var roles = new HashSet<string>(StringComparer.Ordinal);
        var holders = new Queue<string>([set ?? statements.Context.User, .. set is null ? new[] { "public" } : []]);
        if (set is not null)
            roles.Add(set);
        while (holders.TryDequeue(out string? holder))
            foreach (Grant grant in Store.Grants.Where(grant => grant.Object is null && grant.Grantee == holder && roles.Add(grant.Privilege)))
                holders.Enqueue(grant.Privilege);
        return roles;
    }
}
