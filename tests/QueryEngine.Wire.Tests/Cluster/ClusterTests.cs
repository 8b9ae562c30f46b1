using System.Diagnostics;
using QueryEngine.Cluster.Running;
using QueryEngine.Cluster.Tasks;
using QueryEngine.Cluster.Wire;
using QueryEngine.Plan;
using QueryEngine.Spi;

namespace QueryEngine.Wire.Tests.Cluster;

/// <summary>Fragmented plans on a coordinator and workers over gRPC.</summary>
public sealed class ClusterTests
{
    private static readonly Column _n = new(new ColumnId(1), "n", SqlType.BigInt);
    private static readonly Column _word = new(new ColumnId(2), "word", SqlType.Varchar);

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task Every_row_of_a_distributed_scan_comes_once(int workers)
    {
        await using TestCluster cluster = await TestCluster.StartAsync(workers, new() { ["rows"] = "100000", ["splits"] = "23" });

        List<object?[]> rows = await ReadAsync(cluster.Start(Gathering(1), Scan(1, FragmentKind.Source, ExchangeKind.Gather)));

        Assert.Equal(Enumerable.Range(0, 100_000).Select(row => (long)row), rows.Select(row => (long)row[0]!).Order());
        Assert.All(rows, row => Assert.Equal($"word {(long)row[0]! % 7}", row[1]));
    }

    [Fact]
    public async Task Hash_exchange_brings_equal_keys_to_one_task_and_loses_nothing()
    {
        await using TestCluster cluster = await TestCluster.StartAsync(3, new() { ["rows"] = "50000" });
        var middle = new PlanFragment(1, FragmentKind.Hash, new RemoteSourceNode(2, [_n, _word]), ExchangeKind.Gather, []);
        PlanFragment scan = Scan(2, FragmentKind.Source, ExchangeKind.Hash) with { OutputKeys = [_word] };

        await using QueryExecution execution = cluster.Start(Gathering(1), middle, scan);
        List<object?[]> rows = await ReadAsync(execution);

        Assert.Equal(Enumerable.Range(0, 50_000).Select(row => (long)row), rows.Select(row => (long)row[0]!).Order());
        Assert.Equal(7, cluster.Runner.Tasks.Count);
        Assert.All(cluster.Runner.Tasks, task => Assert.Equal("finished", task.State));
        Assert.True(cluster.Runner.Tasks.Count(task => task.StageId == 1 && task.OutputRows > 0) > 1);
    }

    [Fact]
    public async Task Broadcast_brings_every_row_to_every_task()
    {
        await using TestCluster cluster = await TestCluster.StartAsync(3, new() { ["rows"] = "1000" });
        var middle = new PlanFragment(1, FragmentKind.Hash, new RemoteSourceNode(2, [_n, _word]), ExchangeKind.Gather, []);

        List<object?[]> rows = await ReadAsync(cluster.Start(Gathering(1), middle, Scan(2, FragmentKind.Source, ExchangeKind.Broadcast)));

        Assert.Equal(3000, rows.Count);
        Assert.All(rows.GroupBy(row => row[0]), group => Assert.Equal(3, group.Count()));
    }

    [Fact]
    public async Task Statistics_of_all_tasks_are_there_at_the_end()
    {
        await using TestCluster cluster = await TestCluster.StartAsync(2, new() { ["rows"] = "20000" });
        PlanFragment scan = Scan(1, FragmentKind.Source, ExchangeKind.Gather);

        await using QueryExecution execution = cluster.Start(Gathering(1), scan);
        await ReadAsync(execution);

        Assert.Equal(20_000, execution.Statistics.Where(entry => ReferenceEquals(entry.Node, scan.Root)).Max(entry => entry.OutputRows));
    }

    [Fact]
    public async Task Error_of_a_source_on_a_worker_is_the_error_of_the_query()
    {
        await using TestCluster cluster = await TestCluster.StartAsync(3, new() { ["rows"] = "100000", ["fail-at"] = "77777" });

        QueryException error = await Assert.ThrowsAsync<QueryException>(
            () => ReadAsync(cluster.Start(Gathering(1), Scan(1, FragmentKind.Source, ExchangeKind.Gather))));

        Assert.Equal(ErrorCode.RemoteError, error.Code);
        Assert.Equal("row 77777 cannot be read", error.Message);
        Assert.Equal("Read another row.", error.Hint);
    }

    [Fact]
    public async Task Consumer_that_asks_a_failed_task_late_is_told_why_it_failed()
    {
        await using TestCluster cluster = await TestCluster.StartAsync(0, new() { ["fail-at"] = "0" });
        PlanFragment scan = Scan(1, FragmentKind.Source, ExchangeKind.Gather);
        var run = new QueryRun("late", new FragmentedPlan([scan]), new ConnectorSession("late", "tester"), cluster, cluster.Memory.Child("late"), Threads: 1);
        await using var splits = new SplitFeed(run, parallelism: 1, _ => true);
        var host = new TaskHost();
        using var network = new TaskNetwork(host, "http://here", secret: null);
        var id = new TaskId(run.QueryId, scan.Id, Partition: 0, Attempt: 0);
        RunningTask task = host.Accept(
            new TaskSpec(id, scan, [], OutputPartitions: 1, run.Session, run.Default, run.Connectors, splits, run.Memory, run.Threads), network);

        await Assert.ThrowsAsync<QueryException>(() => task.RunAsync(CancellationToken.None));
        await task.CancelAsync();
        QueryException late = await Assert.ThrowsAsync<QueryException>(
            async () => await host.ReadOutputAsync(id, partition: 0, CancellationToken.None).GetAsyncEnumerator().MoveNextAsync());

        Assert.Equal(ErrorCode.RemoteError, late.Code);
        Assert.Equal("row 0 cannot be read", late.Message);
    }

    [Fact]
    public async Task Worker_that_dies_fails_the_query_soon_and_is_named()
    {
        await using TestCluster cluster = await TestCluster.StartAsync(3, new() { ["hang-at"] = "-2" });
        await using QueryExecution execution = cluster.Start(Gathering(1), Scan(1, FragmentKind.Source, ExchangeKind.Gather));
        Task<List<object?[]>> reading = ReadAsync(execution);
        while (cluster.Factory.Opened < 6)
            await Task.Delay(20);

        var clock = Stopwatch.StartNew();
        await cluster.KillWorkerAsync(1);
        QueryException error = await Assert.ThrowsAsync<QueryException>(() => reading);

        Assert.Equal(ErrorCode.WorkerFailed, error.Code);
        Assert.Contains("worker-1", error.Message, StringComparison.Ordinal);
        Assert.InRange(clock.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task Worker_that_falls_silent_fails_the_query_soon_and_is_named()
    {
        await using TestCluster cluster = await TestCluster.StartAsync(2, new() { ["hang-at"] = "-2" });
        await using QueryExecution execution = cluster.Start(Gathering(1), Scan(1, FragmentKind.Source, ExchangeKind.Gather));
        Task<List<object?[]>> reading = ReadAsync(execution);

        var clock = Stopwatch.StartNew();
        await cluster.SilenceWorkerAsync(0);
        QueryException error = await Assert.ThrowsAsync<QueryException>(() => reading);

        Assert.Equal(ErrorCode.WorkerFailed, error.Code);
        Assert.Contains("worker-0", error.Message, StringComparison.Ordinal);
        Assert.Contains("was not heard of for 5 seconds", error.Message, StringComparison.Ordinal);
        Assert.InRange(clock.Elapsed, TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(10));
        Assert.Equal("lost", cluster.Runner.Nodes.Single(node => node.NodeId == "worker-0").State);
    }

    [Fact]
    public async Task Disposing_a_query_stops_its_tasks_and_gives_back_their_memory()
    {
        await using TestCluster cluster = await TestCluster.StartAsync(2, new() { ["rows"] = "10000000", ["splits"] = "100" });
        QueryExecution execution = cluster.Start(Gathering(1), Scan(1, FragmentKind.Source, ExchangeKind.Gather));
        await using (IAsyncEnumerator<RecordBatch> batches = execution.ReadAsync(CancellationToken.None).GetAsyncEnumerator())
        {
            Assert.True(await batches.MoveNextAsync());
            batches.Current.Dispose();
        }

        await execution.DisposeAsync();

        Assert.Equal(cluster.Factory.Opened, cluster.Factory.Closed);
        Assert.InRange(cluster.Factory.Opened, 1, 50);
        Assert.Equal(0, cluster.Memory.Bytes);
        Assert.All(cluster.Runner.Tasks, task => Assert.Contains(task.State, new[] { "canceled", "finished" }));
    }

    [Fact]
    public async Task Slow_reader_makes_the_tasks_wait()
    {
        await using TestCluster cluster = await TestCluster.StartAsync(2, new() { ["rows"] = "20000000", ["splits"] = "2000" });
        await using QueryExecution execution = cluster.Start(Gathering(1), Scan(1, FragmentKind.Source, ExchangeKind.Gather));
        await using IAsyncEnumerator<RecordBatch> batches = execution.ReadAsync(CancellationToken.None).GetAsyncEnumerator();
        Assert.True(await batches.MoveNextAsync());
        batches.Current.Dispose();

        int before = -1;
        for (int attempt = 0; attempt < 60 && before != cluster.Factory.Opened; attempt++)
        {
            before = cluster.Factory.Opened;
            await Task.Delay(500);
        }

        Assert.Equal(before, cluster.Factory.Opened);
        Assert.InRange(before, 1, 1500);
    }

    [Fact]
    public async Task Limit_ends_the_query_though_the_source_never_would()
    {
        await using TestCluster cluster = await TestCluster.StartAsync(2, new() { ["rows"] = "100000", ["hang-at"] = "99999" });
        var first = new PlanFragment(0, FragmentKind.Single, new LimitNode(new RemoteSourceNode(1, [_n, _word]), 10), ExchangeKind.Gather, []);

        await using QueryExecution execution = cluster.Start(first, Scan(1, FragmentKind.Source, ExchangeKind.Gather));
        List<object?[]> rows = await ReadAsync(execution).WaitAsync(TimeSpan.FromSeconds(10));

        Assert.Equal(10, rows.Count);
    }

    [Fact]
    public async Task Cluster_without_workers_says_so()
    {
        await using TestCluster cluster = await TestCluster.StartAsync(0);

        QueryException error = Assert.Throws<QueryException>(() => cluster.Start(Gathering(1), Scan(1, FragmentKind.Source, ExchangeKind.Gather)));

        Assert.Equal("the cluster has no active worker", error.Message);
    }

    [Fact]
    public async Task Worker_with_a_wrong_secret_does_not_get_in()
    {
        await using TestCluster cluster = await TestCluster.StartAsync(1, secret: "right");

        await cluster.AddWorkerAsync("intruder", secret: "wrong");

        Assert.DoesNotContain(cluster.Runner.Nodes, node => node.NodeId == "intruder");
        Assert.Contains(cluster.Runner.Nodes, node => node is { NodeId: "worker-0", State: "active" });
    }

    private static PlanFragment Gathering(int fragment) =>
        new(0, FragmentKind.Single, new OutputNode(new RemoteSourceNode(fragment, [_n, _word]), [_n, _word], ["n", "word"]), ExchangeKind.Gather, []);

    private static PlanFragment Scan(int id, FragmentKind kind, ExchangeKind output)
    {
        ScanColumn[] columns = [new(_n, new ColumnHandle("n", SqlType.BigInt)), new(_word, new ColumnHandle("word", SqlType.Varchar))];
        return new(id, kind, new TableScanNode("num", new SchemaTableName("default", "numbers"), new NumbersTable(), columns.ToValueList()), output, []);
    }

    private static async Task<List<object?[]>> ReadAsync(QueryExecution execution)
    {
        var rows = new List<object?[]>();
        await foreach (RecordBatch batch in execution.ReadAsync(CancellationToken.None))
        {
            using (batch)
            {
                for (int row = 0; row < batch.RowCount; row++)
                    rows.Add([.. batch.Columns.ToArray().Select(column => column.GetValue(row))]);
            }
        }

        return rows;
    }
}
