namespace QueryEngine.Client.Services;

/// <summary>The synchronous half of ADO.NET, which every provider has to have: waits for the asynchronous half.</summary>
internal static class Blocking
{
    /// <summary>Runs and waits. No synchronization context is seen by the work, so that a user interface thread does not wait for itself.</summary>
    public static T Run<T>(Func<ValueTask<T>> work)
    {
        SynchronizationContext? context = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(null);
        try
        {
            ValueTask<T> task = work();
#pragma warning disable VSTHRD002 // DbCommand.ExecuteReader and DbDataReader.Read are synchronous by contract
            return task.IsCompletedSuccessfully ? task.GetAwaiter().GetResult() : task.AsTask().GetAwaiter().GetResult();
#pragma warning restore VSTHRD002
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(context);
        }
    }

    /// <summary>Runs and waits.</summary>
    public static void Run(Func<ValueTask> work) =>
        Run(async () =>
        {
            await work();
            return true;
        });
}
