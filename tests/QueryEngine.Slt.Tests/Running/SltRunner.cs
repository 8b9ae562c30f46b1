using System.Diagnostics;
using QueryEngine.Cluster.Statements;
using QueryEngine.Slt.Tests.Format;
using QueryEngine.Spi;

namespace QueryEngine.Slt.Tests.Running;

/// <summary>What became of a record.</summary>
internal sealed record SltOutcome(SltFile File, SltRecord Record, string? Failure)
{
    /// <summary>Whether it did what the file says.</summary>
    public bool Passed => Failure is null;

    /// <inheritdoc/>
    public override string ToString() => $"{File.Path}:{Record.Line}: {Failure}\n    {Record.Sql.ReplaceLineEndings("\n    ")}";
}

/// <summary>Runs files against a statement service: each record on its own, so that one failure hides no other.</summary>
internal static class SltRunner
{
    private static readonly TimeSpan _longest = TimeSpan.FromSeconds(30);

    /// <summary>The outcomes of all records of a file, includes' own records left out.</summary>
    public static async Task<List<SltOutcome>> RunAsync(SltFile file, IStatementService service, SessionSettings? settings = null)
    {
        var outcomes = new List<SltOutcome>();
        var session = new SltSession(service, settings ?? new SessionSettings("test"));
        await RunRecordsAsync(file, session, outcomes);
        return outcomes;
    }

    private static async Task RunRecordsAsync(SltFile file, SltSession session, List<SltOutcome> outcomes)
    {
        foreach (SltRecord record in file.Records)
        {
            if (record is SltInclude include)
            {
                await RunRecordsAsync(SltParser.Read(include.Path), session, []);
                continue;
            }

            outcomes.Add(new SltOutcome(file, record, await RunRecordAsync(file, record, session)));
        }
    }

    private static async Task<string?> RunRecordAsync(SltFile file, SltRecord record, SltSession session)
    {
        using var timeout = new CancellationTokenSource(_longest);
        try
        {
            (IReadOnlyList<SqlType> types, List<object?[]> rows) = await session.RunAsync(record.Sql, timeout.Token);
            return record switch
            {
                SltStatement { Fails: true } => "expected an error, got none",
                SltQuery query => SltValues.Compare(file, query, types, rows),
                _ => null,
            };
        }
        catch (QueryException error) when (record is SltStatement { Fails: true } statement)
        {
            // Only our own files promise the SQLSTATE; in foreign ones it is PostgreSQL's and informs.
            bool promised = !file.Path.Contains("conformance", StringComparison.Ordinal) && statement.SqlState is not null;
            return error.Code.Kind == ErrorKind.Internal ? $"internal error: {error.Message}"
                : promised && statement.SqlState != error.Code.SqlState ? $"expected SQLSTATE {statement.SqlState}, got {error.Code.SqlState}: {error.Message}"
                : null;
        }
        catch (QueryException error)
        {
            return $"{error.Code.Name} ({error.Code.SqlState}): {error.Message}";
        }
        catch (OperationCanceledException)
        {
            return $"not done after {_longest.TotalSeconds:F0} s";
        }
        catch (Exception error) when (error is not UnreachableException)
        {
            return $"not a query error but {error.GetType().Name}: {error.Message}";
        }
    }
}
