using QueryEngine.Metadata.Sessions;

namespace QueryEngine.Analysis.Statements;

/// <summary>DECLARE ... CURSOR: the query is run and its rows are kept.</summary>
public sealed record AnalyzedDeclareCursor(string Name, AnalyzedQuery Query, bool OnlyForward, bool IsHold) : AnalyzedStatement
{
    /// <inheritdoc/>
    public override string Tag => "DECLARE CURSOR";
}

/// <summary>FETCH or MOVE.</summary>
public sealed record AnalyzedFetch(string Name, Tree.CursorDirection Direction, long? Count, bool IsMove) : AnalyzedStatement
{
    /// <inheritdoc/>
    public override string Tag => IsMove ? "MOVE" : "FETCH";
}

/// <summary>CLOSE; null closes all.</summary>
public sealed record CloseCursorCommand(string? Name) : AnalyzedCommand
{
    /// <inheritdoc/>
    public override string Tag => "CLOSE CURSOR";

    /// <inheritdoc/>
    public override ValueTask RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        SessionState? state = context.Metadata.States.Find(context.Session);
        if (Name is null)
            state?.CloseCursors(static _ => true);
        else
            (state ?? throw SessionState.NoCursor(Name)).Close(Name);
        return ValueTask.CompletedTask;
    }
}
