using QueryEngine.Cluster.Scheduling;
using QueryEngine.Spi;

namespace QueryEngine.Wire.Tests.Cluster;

/// <summary>What must hold of the scheduler whatever happens. A failure names the seed, with which <see cref="Simulation.Play"/> gives the same run again.</summary>
public class SimulationTests
{
    private const int Seeds = 3000;

    [Fact]
    public void Without_deaths_and_errors_every_query_gives_its_result_and_each_split_runs_once()
    {
        int finished = 0;
        for (int seed = 0; seed < Seeds; seed++)
        {
            string trace = Simulation.Play(seed, mostDeaths: 0, out Simulation simulation);
            if (simulation.WasStopped || simulation.HasFailedTask)
                continue;

            finished++;
            Check(simulation.Core.State == QueryState.Finished && simulation.Ends is [{ Error: null }], seed, trace);
            Check(simulation.Runs.Values.All(runs => runs == 1), seed, trace);
            Check(simulation.StopsEarly || simulation.AllSplits.All(simulation.Runs.ContainsKey), seed, trace);
        }

        Assert.InRange(finished, Seeds / 2, Seeds);
    }

    [Fact]
    public void Whatever_dies_or_comes_late_every_query_ends_once_and_leaves_no_task_behind()
    {
        Dictionary<QueryState, int> ends = [];
        for (int seed = 0; seed < Seeds; seed++)
        {
            string trace = Simulation.Play(seed, mostDeaths: 3, out Simulation simulation);

            QueryException? error = simulation.Core.Error;
            Check(simulation.Ends.Count == 1 && ReferenceEquals(simulation.Ends[0].Error, error), seed, trace);
            Check(!simulation.StillRunning.Any(), seed, trace);
            Check(simulation.Runs.Values.All(runs => runs == 1), seed, trace);
            Check(simulation.Core.Tasks.All(task => task.IsEnded), seed, trace);
            bool isExplained = simulation.Core.State switch
            {
                QueryState.Finished => error is null && (simulation.StopsEarly || simulation.AllSplits.All(simulation.Runs.ContainsKey)),
                QueryState.Canceled => simulation.WasStopped && error!.Code == ErrorCode.QueryCanceled,
                QueryState.Failed when error!.Code == ErrorCode.WorkerFailed => simulation.Dead.Any(worker => error.Message.Contains(worker, StringComparison.Ordinal)),
                QueryState.Failed => simulation.HasFailedTask && error!.Message == "division by zero",
                QueryState.Planned or QueryState.Running => false,
                _ => throw new System.Diagnostics.UnreachableException(),
            };
            Check(isExplained, seed, trace);
            ends[simulation.Core.State] = ends.GetValueOrDefault(simulation.Core.State) + 1;
        }

        // Every way to end was seen, and often.
        Assert.All(new[] { QueryState.Finished, QueryState.Canceled, QueryState.Failed }, state => Assert.InRange(ends.GetValueOrDefault(state), Seeds / 50, Seeds));
    }

    [Fact]
    public void One_seed_is_one_run()
    {
        for (int seed = 0; seed < 50; seed++)
            Assert.Equal(Simulation.Play(seed, mostDeaths: 3, out _), Simulation.Play(seed, mostDeaths: 3, out _));
    }

    private static void Check(bool holds, int seed, string trace) => Assert.True(holds, $"seed {seed}\n{trace}");
}
