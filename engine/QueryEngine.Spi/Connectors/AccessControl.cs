namespace QueryEngine.Spi;

/// <summary>
/// The catalog decides who may do what. The engine asks before it reads a table's columns for a query, begins a write or changes a definition; a source that has
/// users of its own still checks those too.
/// </summary>
public interface ISupportsAccessControl
{
    /// <summary>Returns when the session's user may do that.</summary>
    /// <exception cref="QueryException"><see cref="ErrorCode.AccessDenied"/>, or <see cref="ErrorCode.ReadOnly"/> where nobody may.</exception>
    ValueTask CheckAccessAsync(ConnectorSession session, AccessRequest request, CancellationToken cancellationToken);
}

/// <summary>What somebody is about to do; <paramref name="Table"/> is null for schemas.</summary>
public sealed record AccessRequest(AccessKind Kind, SchemaTableName? Table);

/// <summary>Kinds of access.</summary>
public enum AccessKind
{
    /// <summary>Its columns are described and its rows read; also asked before rows are written.</summary>
    Read,

    /// <summary>Rows are added or put in place of others.</summary>
    Insert,

    /// <summary>Rows are updated, deleted, merged.</summary>
    Change,

    /// <summary>It is made, dropped, emptied or altered.</summary>
    Define,
}
