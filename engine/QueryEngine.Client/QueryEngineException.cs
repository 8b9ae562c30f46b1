using System.Data.Common;
using QueryEngine.Spi;

namespace QueryEngine.Client;

/// <summary>An error of a statement or of the connection: its SQLSTATE, stable name, place in the statement and a hint.</summary>
public sealed class QueryEngineException : DbException
{
    internal QueryEngineException(QueryException error, string? statement = null)
        : base(error.Message, error) => (Error, Statement) = (error, statement);

    internal QueryEngineException(string message, ErrorCode code, Exception? inner = null)
        : this(new QueryException(code, message, hint: null, inner))
    {
    }

    /// <summary>The stable name, such as TABLE_NOT_FOUND.</summary>
    public string Code => Error.Code.Name;

    /// <summary>The five characters of the standard.</summary>
    public override string SqlState => Error.Code.SqlState;

    /// <summary>A sentence that would mend it, where one is known.</summary>
    public string? Hint => Error.Hint;

    /// <summary>Line and column in <see cref="Statement"/>, from 1, where a place is to blame.</summary>
    public (int Line, int Column)? Position => Error.Position is { } position ? (position.Line, position.Column) : null;

    /// <summary>The text of the statement that failed.</summary>
    public string? Statement { get; }

    /// <summary>Whether the same statement may succeed when it is tried again: a source, a worker or the network failed, or memory was short.</summary>
    public override bool IsTransient => Error.Code.Kind is ErrorKind.External or ErrorKind.InsufficientResources;

    private QueryException Error { get; }
}
