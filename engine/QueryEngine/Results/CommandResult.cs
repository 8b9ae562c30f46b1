using System.Runtime.CompilerServices;
using QueryEngine.Analysis;
using QueryEngine.Spi;

namespace QueryEngine.Results;

/// <summary>A command: no rows.</summary>
internal sealed class CommandResult(RunningStatement statement, AnalyzedCommand command) : StatementResult(statement, [])
{
    /// <inheritdoc/>
    protected override (string? UpdateType, long? UpdateCount) Outcome => (command.Tag, null);

    /// <inheritdoc/>
    protected override async IAsyncEnumerable<RecordBatch> RunAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        Statement.Tracked.Running();
        await command.RunAsync(new CommandContext(Statement.Session, Statement.Context, Statement.Engine.Metadata), cancellationToken).ConfigureAwait(false);
        yield break;
    }
}
