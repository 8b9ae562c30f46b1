using QueryEngine.Cluster.Statements;
using QueryEngine.Columnar;
using QueryEngine.Server;
using QueryEngine.Spi;

namespace QueryEngine.Benchmarks.Running;

/// <summary>This engine, in this process, with a number of threads.</summary>
internal sealed class Ours(EngineHost host, string catalog) : IAsyncDisposable
{
    private readonly SessionSettings _session = new("benchmark") { Catalog = catalog };

    /// <summary>The most bytes that the engine counted so far.</summary>
    public long PeakBytes => host.Engine.Memory.PeakBytes;

    /// <summary>Starts an engine with catalogs of these URLs; the first is the one of names without a catalog.</summary>
    public static Task<Ours> StartAsync(int threads, CancellationToken cancellationToken, params (string Name, string Url)[] catalogs) =>
        StartAsync(threads, catalogs[0].Name, catalogs, cancellationToken);

    /// <summary>Starts an engine with catalogs of these URLs, and the name of the one of names without a catalog.</summary>
    public static async Task<Ours> StartAsync(int threads, string catalog, (string Name, string Url)[] catalogs, CancellationToken cancellationToken)
    {
        var options = new EngineHostOptions
        {
            Engine = new EngineOptions { Threads = threads },
            CatalogUrls = [.. catalogs.Select(one => new KeyValuePair<string, string>(one.Name, one.Url))],
        };
        return new Ours(await EngineHost.StartAsync(options, cancellationToken), catalog);
    }

    /// <summary>Runs a statement to its end and counts the rows.</summary>
    public async Task<long> RunAsync(string sql, CancellationToken cancellationToken)
    {
        await using IStatementResult result = await host.Statements.ExecuteAsync(new StatementRequest(sql, _session), cancellationToken);
        long rows = 0;
        await foreach (RecordBatch batch in result.ReadAsync(cancellationToken))
        {
            rows += batch.RowCount;
            batch.Dispose();
        }

        return rows;
    }

    /// <summary>Runs a statement to its end; the texts of the first column.</summary>
    public async Task<List<string>> TextAsync(string sql, CancellationToken cancellationToken)
    {
        await using IStatementResult result = await host.Statements.ExecuteAsync(new StatementRequest(sql, _session), cancellationToken);
        var lines = new List<string>();
        await foreach (RecordBatch batch in result.ReadAsync(cancellationToken))
        {
            using (batch)
                for (int row = 0; row < batch.RowCount; row++)
                    lines.Add(batch[0].GetValue(row)?.ToString() ?? "");
        }

        return lines;
    }

    /// <summary>Runs a statement to its end; the number of rows and a sum of their hashes, which tells whether two answers are the same rows, and where asked in the same order.</summary>
    public async Task<(long Rows, ulong Hash)> AnswerAsync(string sql, bool isOrdered, CancellationToken cancellationToken)
    {
        await using IStatementResult result = await host.Statements.ExecuteAsync(new StatementRequest(sql, _session), cancellationToken);
        long rows = 0;
        ulong sum = 0;
        ulong[] hashes = new ulong[RecordBatch.MaxRows];
        await foreach (RecordBatch batch in result.ReadAsync(cancellationToken))
        {
            using (batch)
            {
                RowHash.Hash(batch.Columns, hashes.AsSpan(0, batch.RowCount));
                foreach (ulong hash in hashes.AsSpan(0, batch.RowCount))
                    sum += isOrdered ? RowHash.HashValue(hash + (ulong)rows++) : hash;
                rows += isOrdered ? 0 : batch.RowCount;
            }
        }

        return (rows, sum);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => host.DisposeAsync();
}
