using QueryEngine.Spi;

namespace QueryEngine.Connectors.Tests;

/// <summary>Writes boxed rows through a connector as the engine does.</summary>
internal static class ConnectorWriting
{
    /// <summary>Makes a batch.</summary>
    public static RecordBatch Batch(IReadOnlyList<SqlType> types, params object?[][] rows)
    {
        using var builder = new BatchBuilder(types, MemoryContext.Unlimited);
        foreach (object?[] row in rows)
            builder.AppendRow(row);
        return builder.Build();
    }

    /// <summary>Writes rows through one sink; the fragment.</summary>
    public static async Task<ReadOnlyMemory<byte>> WriteAsync(
        this ISupportsWrites writes, WriteHandle handle, WriterId writer, IReadOnlyList<SqlType> types, params object?[][] rows)
    {
        await using IRecordSink sink = await writes.OpenSinkAsync(ConnectorReading.Session, handle, writer, default);
        using RecordBatch batch = Batch(types, rows);
        await sink.WriteAsync(batch, default);
        return await sink.FinishAsync(default);
    }

    /// <summary>A whole write with one sink; the number of rows.</summary>
    public static async Task<long> WriteAsync(this IConnector connector, WriteIntent intent, IReadOnlyList<SqlType> types, params object?[][] rows)
    {
        var writes = (ISupportsWrites)connector;
        WriteHandle handle = await writes.BeginWriteAsync(ConnectorReading.Session, intent, default);
        try
        {
            ReadOnlyMemory<byte> fragment = await writes.WriteAsync(handle, new WriterId(0, 0), types, rows);
            return await writes.FinishWriteAsync(ConnectorReading.Session, handle, [fragment], default);
        }
        catch
        {
            await writes.AbortWriteAsync(ConnectorReading.Session, handle, default);
            throw;
        }
    }
}
