namespace QueryEngine.Spi;

/// <summary>A place in the text of a statement. Both numbers start at 1; columns count UTF-16 units.</summary>
public readonly record struct SourcePosition(int Line, int Column)
{
    /// <inheritdoc/>
    public override string ToString() => $"line {Line}, column {Column}";
}

/// <summary>
/// The one exception that reaches users. The message says what happened, with the values, in lower case and without a
/// full stop; the hint is a sentence that would mend it.
/// </summary>
public sealed class QueryException : Exception
{
    /// <summary>Creates an error without a place in the statement.</summary>
    public QueryException(ErrorCode code, string message, string? hint = null, Exception? inner = null)
        : this(code, message, position: null, hint, inner)
    {
    }

    /// <summary>Creates an error at a place in the statement.</summary>
    public QueryException(ErrorCode code, string message, SourcePosition? position, string? hint = null, Exception? inner = null)
        : base(message, inner) => (Code, Position, Hint) = (code, position, hint);

    /// <summary>What went wrong, for programs.</summary>
    public ErrorCode Code { get; }

    /// <summary>The smallest piece of the statement that is to blame, where one is.</summary>
    public SourcePosition? Position { get; }

    /// <summary>A full sentence that would mend it, where we know one.</summary>
    public string? Hint { get; }

    /// <summary>The same error at a place, unless it has one already.</summary>
    public QueryException At(SourcePosition? position) =>
        Position is not null || position is null ? this : new(Code, Message, position, Hint, InnerException ?? this);

    /// <summary>A NOT_SUPPORTED error: "<paramref name="what"/> is not supported".</summary>
    public static QueryException NotSupported(string what, SourcePosition? position = null, string? hint = null) =>
        new(ErrorCode.NotSupported, $"{what} is not supported", position, hint);
}
