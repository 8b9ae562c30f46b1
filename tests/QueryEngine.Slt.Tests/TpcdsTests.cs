using System.IO.Compression;
using System.Text;
using System.Text.RegularExpressions;
using QueryEngine.Cluster.Statements;
using QueryEngine.Slt.Tests.Format;
using QueryEngine.Slt.Tests.Running;
using Xunit;
using Xunit.Abstractions;

namespace QueryEngine.Slt.Tests;

/// <summary>The 99 queries of TPC-DS on a sample of its rows, in tables of memory.</summary>
public sealed partial class TpcdsTests(EmbeddedEngine engine, ITestOutputHelper output) : IClassFixture<EmbeddedEngine>, IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("qe-tpcds-").FullName;

    [Fact]
    public async Task All_answers_on_the_sample_are_the_published_ones()
    {
        if (SharedData.Conformance is not { } conformance)
        {
            output.WriteLine("the public corpora are not here: nothing was checked");
            return;
        }

        var settings = new SessionSettings("test") { Catalog = "memory", Schema = "tpcds" };
        await LoadAsync(Path.Combine(conformance, "tpcds"), new SltSession(engine.Host.Statements, settings));
        SltFile published = SltParser.Read(Path.Combine(conformance, "tpcds", "tpcds-mini.slt"));

        // The answer of query 52 has NULL last in a descending order that does not say so; here NULL is the largest value, as in PostgreSQL.
        SltFile queries = published with
        {
            Records = [.. published.Records.Select(record => record with { Sql = record.Sql.Replace("ext_price DESC,", "ext_price DESC NULLS LAST,", StringComparison.Ordinal) })],
        };

        List<SltOutcome> outcomes = await SltRunner.RunAsync(queries, engine.Host.Statements, settings);

        foreach (SltOutcome failed in outcomes.Where(outcome => !outcome.Passed))
            output.WriteLine(failed.ToString());
        Assert.Equal(99, outcomes.Count);
        Assert.All(outcomes, outcome => Assert.True(outcome.Passed, outcome.ToString()));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    // The files have neither a header nor quotes; with a header they are tables whose values only need the right types.
    private async Task LoadAsync(string source, SltSession session)
    {
        string schema = string.Join('\n', (await File.ReadAllLinesAsync(Path.Combine(source, "schema.sql"))).Where(line => !line.StartsWith("--", StringComparison.Ordinal)));
        await session.RunAsync("CREATE SCHEMA memory.tpcds", CancellationToken.None);
        foreach (string statement in schema.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            string table = TableName().Match(statement).Groups[1].Value;
            (string Name, string Type)[] columns = [.. ColumnDefinition().Matches(statement).Select(match => (match.Groups[1].Value, match.Groups[2].Value))];
            string file = Path.Combine(_folder, table + ".csv");
            await UnpackAsync(Path.Combine(source, "data-mini", table + ".dat.gz"), file, string.Join('|', columns.Select(column => column.Name)));

            await session.RunAsync(statement, CancellationToken.None);
            string values = string.Join(", ", columns.Select(column => $"CAST({column.Name} AS {column.Type})"));
            await session.RunAsync($"INSERT INTO {table} SELECT {values} FROM '{file}'", CancellationToken.None);
        }
    }

    private static async Task UnpackAsync(string packed, string file, string header)
    {
        await using FileStream target = File.Create(file);
        await target.WriteAsync(Encoding.UTF8.GetBytes(header + "\n"));
        await using var rows = new GZipStream(File.OpenRead(packed), CompressionMode.Decompress);
        await rows.CopyToAsync(target);
    }

    [GeneratedRegex(@"create table (\w+)", RegexOptions.IgnoreCase)]
    private static partial Regex TableName();

    [GeneratedRegex(@"(?<=[(,]\s*)(\w+) ((?:integer|bigint|date|varchar|char|decimal|time|double)(?:\([\d,]+\))?)", RegexOptions.IgnoreCase)]
    private static partial Regex ColumnDefinition();
}
