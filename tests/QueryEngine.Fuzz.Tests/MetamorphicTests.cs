using QueryEngine.Fuzz.Tests.Peers;
using QueryEngine.Fuzz.Tests.Queries;
using Xunit;

namespace QueryEngine.Fuzz.Tests;

/// <summary>Answers of the engine that have to agree with each other, whatever the right one is.</summary>
[Collection(nameof(FuzzServers))]
public class MetamorphicTests(FuzzServers servers)
{
    private const int Seeds = 6;
    private const int ConditionsOfTables = 15;

    /// <summary>Rows for which a condition is true, false or unknown are all rows, each once (ternary logic partitioning).</summary>
    [Fact]
    public Task A_condition_its_negation_and_its_being_unknown_part_the_rows() => ForEachConditionAsync(async (table, condition) =>
    {
        Answer all = await servers.Engine.RunAsync($"SELECT * FROM {table}");
        Answer parts = await servers.Hasty.RunAsync(
            $"SELECT * FROM {table} WHERE {condition} UNION ALL SELECT * FROM {table} WHERE NOT {condition} UNION ALL SELECT * FROM {table} WHERE {condition} IS NULL");
        return SaysNothing(parts.Error) ? null : RowComparison.Difference(parts, all, isOrdered: false);
    });

    /// <summary>A condition keeps as many rows as it is true for, computed where nothing can push it or turn it around (non-optimizing reference).</summary>
    [Fact]
    public Task A_filter_keeps_as_many_rows_as_its_condition_is_true_for() => ForEachConditionAsync(async (table, condition) =>
    {
        Answer filtered = await servers.Hasty.RunAsync($"SELECT count(*) FROM {table} WHERE {condition}");
        Answer counted = await servers.Hasty.RunAsync($"SELECT coalesce(sum(CASE WHEN {condition} THEN 1 ELSE 0 END), 0) FROM {table}");
        return SaysNothing(filtered.Error) || SaysNothing(counted.Error) ? null : RowComparison.Difference(filtered, counted, isOrdered: false);
    });

    // A value at fault may be met or left out; a condition may multiply tables until it takes too long.
    private static bool SaysNothing(AnswerError? error) => error is { IsOfData: true } or { SqlState: AnswerError.OfTime };

    private async Task ForEachConditionAsync(Func<string, SqlTree, Task<string?>> check)
    {
        for (int seed = 1; seed <= Seeds; seed++)
        {
            var random = new Random(seed);
            IReadOnlyList<FuzzTable> tables = FuzzTables.Make(random, FuzzTypes.OfColumns);
            foreach (string statement in tables.SelectMany(table => table.Statements()))
            {
                if ((await servers.Engine.RunAsync(statement)).Error is { } error)
                    Assert.Fail($"seed {seed}: {statement}: {error}");
            }

            for (int number = 0; number < ConditionsOfTables; number++)
            {
                (string table, SqlTree condition) = new QueryGenerator(random, tables, FuzzTypes.OfColumns).MakeFiltered();
                if (await check(table, condition) is not { } failure)
                    continue;

                // A smaller condition may name what is no longer there: that is another failure.
                SqlTree small = await Shrinker.ShrinkAsync(
                    condition, async tree => await check(table, tree) is { } other && !other.Contains("failed: 42", StringComparison.Ordinal));
                Assert.Fail($"seed {seed}: {table} and {small}: {failure}\nsmall: {await check(table, small)}\n{string.Join(";\n", tables.SelectMany(made => made.Statements()))}");
            }
        }
    }
}
