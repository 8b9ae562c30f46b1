using QueryEngine.Spi;

namespace QueryEngine.Metadata;

/// <summary>A privilege on an object, or membership in a role (then there is no object), and who has it.</summary>
public sealed record Grant(string Privilege, string? Object, string Grantee)
{
    /// <summary>Whether the grantee may grant it to others.</summary>
    public bool WithGrantOption { get; init; }
}

/// <summary>
/// The roles of an engine and what was granted to them; they live as long as it does. They are kept, not enforced: without authentication every
/// user may do everything. Thread-safe.
/// </summary>
public sealed class RoleStore
{
    private readonly Lock _gate = new();
    private readonly SortedSet<string> _roles = new(StringComparer.Ordinal);
    private readonly List<Grant> _grants = [];

    /// <summary>The roles.</summary>
    public IReadOnlyList<string> Roles
    {
        get
        {
            lock (_gate)
                return [.. _roles];
        }
    }

    /// <summary>What was granted.</summary>
    public IReadOnlyList<Grant> Grants
    {
        get
        {
            lock (_gate)
                return [.. _grants];
        }
    }

    /// <summary>CREATE ROLE.</summary>
    /// <exception cref="QueryException">DUPLICATE_OBJECT.</exception>
    public void Create(string role)
    {
        lock (_gate)
        {
            if (!_roles.Add(role))
                throw new QueryException(ErrorCode.DuplicateObject, $"role '{role}' already exists");
        }
    }

    /// <summary>DROP ROLE: what was granted to it or by it goes too.</summary>
    /// <exception cref="QueryException">UNDEFINED_OBJECT.</exception>
    public void Drop(string role, bool ifExists)
    {
        lock (_gate)
        {
            if (!_roles.Remove(role))
            {
                if (ifExists)
                    return;
                throw Unknown(role);
            }

            _grants.RemoveAll(grant => grant.Grantee == role || (grant.Object is null && grant.Privilege == role));
        }
    }

    /// <summary>GRANT: a privilege on an object, or membership in a role, which must exist.</summary>
    public void Add(Grant grant)
    {
        lock (_gate)
        {
            if (grant.Object is null && !_roles.Contains(grant.Privilege))
                throw Unknown(grant.Privilege);
            Forget(grant);
            _grants.Add(grant);
        }
    }

    /// <summary>REVOKE; what was never granted is no error. Only the right to grant further, when <paramref name="onlyOption"/>.</summary>
    public void Remove(Grant grant, bool onlyOption)
    {
        lock (_gate)
        {
            if (grant.Object is null && !_roles.Contains(grant.Privilege))
                throw Unknown(grant.Privilege);
            if (!onlyOption)
            {
                Forget(grant);
                return;
            }

            for (int at = 0; at < _grants.Count; at++)
                if (IsSame(_grants[at], grant))
                    _grants[at] = _grants[at] with { WithGrantOption = false };
        }
    }

    // ALL PRIVILEGES stands for each of them.
    private void Forget(Grant grant) => _grants.RemoveAll(other => IsSame(other, grant));

    private static bool IsSame(Grant one, Grant other) => one.Grantee == other.Grantee && one.Object == other.Object
        && (one.Privilege == other.Privilege || (other.Object is not null && other.Privilege.StartsWith("ALL", StringComparison.Ordinal)));

    private QueryException Unknown(string role) =>
        new(ErrorCode.UndefinedObject, $"role '{role}' does not exist", Suggestion.DidYouMean(role, _roles));
}
