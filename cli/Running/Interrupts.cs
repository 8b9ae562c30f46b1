using System.Runtime.InteropServices;

namespace QueryEngine.Cli.Running;

/// <summary>Ctrl-C: the first cancels the statement that runs, a second one while it still runs ends the process.</summary>
internal sealed class Interrupts : IDisposable
{
    private readonly PosixSignalRegistration _registration;
    private CancellationTokenSource? _running;

    public Interrupts() => _registration = PosixSignalRegistration.Create(PosixSignal.SIGINT, OnInterrupt);

    /// <summary>Begins a statement. Dispose the source at its end.</summary>
    public CancellationTokenSource Begin() => _running = new CancellationTokenSource();

    /// <summary>Ends a statement.</summary>
    public void End(CancellationTokenSource statement)
    {
        Interlocked.CompareExchange(ref _running, null, statement);
        statement.Dispose();
    }

    /// <inheritdoc/>
    public void Dispose() => _registration.Dispose();

    private void OnInterrupt(PosixSignalContext context)
    {
        context.Cancel = true;
        try
        {
            if (Volatile.Read(ref _running) is { IsCancellationRequested: false } running)
            {
                _ = running.CancelAsync();
                return;
            }
        }
        catch (ObjectDisposedException)
        {
            // The statement has just ended; this press came too late for it and ends the process.
        }

        Environment.Exit(ExitCodes.Interrupted);
    }
}
