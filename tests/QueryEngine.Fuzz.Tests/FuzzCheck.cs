using System.Diagnostics;
using QueryEngine.Fuzz.Tests.Peers;
using QueryEngine.Fuzz.Tests.Queries;

namespace QueryEngine.Fuzz.Tests;

/// <summary>Compares the engine's answer to one query with those of the other systems, and with its own in one other setting.</summary>
internal sealed class FuzzCheck(FuzzServers servers, FuzzSource source, FuzzProfile profile, IEnumerable<string> statements, int number)
{
    // PostgreSQL is asked always, the others once in so many queries: where two agree, a third and other settings seldom tell more.
    // A cluster takes the first query of each seed.
    private const int QueriesOfDuckDb = 8;
    private const int QueriesOfVariant = 16;

    /// <summary>What is counted for a query whose answer was held against that of another system.</summary>
    public const string Compared = "compared with PostgreSQL";

    private static readonly TimeSpan _slow = TimeSpan.FromSeconds(3);

    private static readonly TimeSpan _longest = TimeSpan.FromSeconds(30);

    // Without counting, as while shrinking.
    private readonly FuzzTally _unseen = new();

    /// <summary>What is wrong with the engine's answer to a smaller query, or null.</summary>
    public async Task<string?> FailureAsync(FuzzQuery query) => await FailureAsync(query, await servers.PostgresAside.RunAsync(query.Tree.ToString()), null);

    /// <summary>What is wrong with the engine's answer, or null. A statement that PostgreSQL does not take says nothing, unless the engine breaks on it.</summary>
    public async Task<string?> FailureAsync(FuzzQuery query, Answer theirs, FuzzTally? seen)
    {
        FuzzTally tally = seen ?? _unseen;
        string sql = query.Tree.ToString();

        // What PostgreSQL takes too long for would mostly multiply tables: the engine has to end in time, or by its limit.
        bool isHuge = theirs.Error is { SqlState: AnswerError.OfTime };
        long started = Stopwatch.GetTimestamp();
        Answer ours = await tally.TimeAsync($"the engine on {source.Schema}", () => (isHuge ? servers.Hasty : servers.Engine).RunAsync(source.Located(sql)));
        TimeSpan taken = Stopwatch.GetElapsedTime(started);
        tally.Count($"slower than {_slow.TotalSeconds:F0} s", taken > _slow);
        if (isHuge || taken > _slow)
            tally.Slow.Add($"{taken.TotalSeconds:F1} s, query {number + 1}: {sql}\n{string.Join(";\n", statements)}");

        if (taken > _longest)
            return $"ours not done after {taken.TotalSeconds:F1} s";
        if (ours.Error is { SqlState: "XX000" } broken)
            return $"ours failed: {broken}";
        if (isHuge)
        {
            tally.Count(ours.Error is { SqlState: AnswerError.OfTime } ? "too large for both" : "too large for PostgreSQL");
            return null;
        }

        if (ours.Error is { SqlState: "53200" })
        {
            tally.Count("over the memory limit");
            tally.Slow.Add($"{ours.Error}, query {number + 1}: {sql}");
            return null;
        }

        if (ours.Error is { SqlState: AnswerError.OfTime })
            return $"ours not done after {taken.TotalSeconds:F1} s";
        if (theirs.Error is { IsOfData: false } invalid)
        {
            tally.Count($"refused by PostgreSQL: {invalid.SqlState}");
            return null;
        }

        if (RowComparison.Difference(ours, theirs, query.IsOrdered) is { } difference)
        {
            tally.Count(Compared);
            Answer third = profile.HasDuckDb ? await servers.DuckDb.RunAsync(sql) : Answer.Failed("0A000", "not asked");
            bool agrees = ours.Error is null && third.Error is null && RowComparison.Difference(ours, third, query.IsOrdered) is null;
            tally.Count(agrees ? "unlike PostgreSQL, like DuckDB" : "unlike PostgreSQL");
            return $"{difference}\nours: {ours}\nPostgreSQL: {theirs}\nDuckDB: {third}";
        }

        if (theirs.Error is null && ours.Error is null)
        {
            tally.Count(Compared);
            tally.CountFeatures(sql);
        }

        tally.Count((ours.Error, theirs.Error) switch
        {
            (null, null) => "answers equal PostgreSQL's",
            (null, _) => $"a value refused by PostgreSQL only: {theirs.Error.SqlState}",
            (_, null) => $"a value refused by the engine only: {ours.Error.SqlState}",
            _ => "a value refused by both",
        });
        if (ours.Error is not null && theirs.Error is null)
            tally.Odd.Add($"the engine only: {ours.Error}: {sql}");
        if (ours.Error is null && seen is not null)
        {
            if (profile.HasDuckDb && number % QueriesOfDuckDb == 0)
                await CompareAsync(servers.DuckDb, query, ours, tally);
            if (profile.HasSqlite)
                await CompareAsync(servers.Sqlite, query, ours, tally);
        }

        return number % QueriesOfVariant == 0 ? await VariantFailureAsync(query, ours, tally) : null;
    }

    // Where PostgreSQL agrees with the engine, another system that does not has its own semantics: that is counted and no failure.
    private static async Task CompareAsync(IPeer peer, FuzzQuery query, Answer ours, FuzzTally tally)
    {
        string sql = query.Tree.ToString();
        Answer theirs = await tally.TimeAsync(peer.Name, () => peer.RunAsync(sql));
        if (theirs.Error is { SqlState: AnswerError.OfTime })
        {
            tally.Count($"too large for {peer.Name} only");
            return;
        }

        if (theirs.Error is { } refused)
        {
            tally.Count(refused.IsOfData ? $"a value refused by {peer.Name} only" : $"refused by {peer.Name}");
            return;
        }

        tally.Count($"compared with {peer.Name}");
        bool isSame = RowComparison.Difference(ours, theirs, query.IsOrdered) is null;
        tally.Count(isSame ? $"answers equal {peer.Name}'s" : $"answers equal PostgreSQL's and not {peer.Name}'s");
        if (!isSame)
            tally.Odd.Add($"{peer.Name}: {RowComparison.Difference(ours, theirs, query.IsOrdered)}: {sql}");
    }

    private async Task<string?> VariantFailureAsync(FuzzQuery query, Answer ours, FuzzTally tally)
    {
        EnginePeer variant = number == 0 ? servers.Cluster : servers.Variants[number / QueriesOfVariant % servers.Variants.Count];
        string sql = query.Tree.ToString();
        Answer other = await tally.TimeAsync(variant.Name, () => variant.RunAsync(variant.IsElsewhere ? FuzzSource.Postgres.Located(sql) : source.Located(sql)));
        if (other.Error is { SqlState: "53200" or AnswerError.OfTime } limit && variant.IsUnoptimized)
        {
            tally.Count($"too large without optimizer: {limit.SqlState}");
            return null;
        }

        if (other.Error is { IsOfData: false } failed)
            return $"{variant.Name} failed: {failed}";
        if (ours.Error is not null || other.Error is not null)
        {
            tally.Count($"a value refused in one setting only: {variant.Name}", ours.Error is null != other.Error is null);
            return null;
        }

        if (RowComparison.Difference(other, ours, query.IsOrdered) is { } changed)
            return $"{variant.Name} differs: {changed}";
        tally.Count($"answers equal {variant.Name}'s");
        return null;
    }
}
