using QueryEngine.Metadata.Sessions;

namespace QueryEngine.Analysis.Statements;

/// <summary>DECLARE ... CURSOR: the query is run and its rows are kept.</summary>
public sealed record AnalyzedDeclareCursor(string Name, string Text, AnalyzedQuery Query, bool OnlyForward, bool IsHold) : AnalyzedStatement
{
    /// <summary>The table whose rows the query gives, with columns of it behind the query's own; null when its rows cannot be changed.</summary>
    public CursorTable? Table { get; init; }

    /// <inheritdoc/>
    public override string Tag => "DECLARE CURSOR";
}

/// <summary>OPEN: the query of a declared cursor is run anew.</summary>
public sealed record AnalyzedOpenCursor(string Name) : AnalyzedStatement
{
    /// <inheritdoc/>
    public override string Tag => "OPEN";
}

/// <summary>FETCH or MOVE.</summary>
public sealed record AnalyzedFetch(string Name, Tree.CursorDirection Direction, long? Count, bool IsMove) : AnalyzedStatement
{
    /// <summary>INTO: what adds the rows, which stand there as those of a first statement, to a table.</summary>
    public AnalyzedWrite? Into { get; init; }

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
