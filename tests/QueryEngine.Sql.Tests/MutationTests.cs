using System.Text.RegularExpressions;
using QueryEngine.Spi;
using QueryEngine.Sql.Tree;
using Xunit;

namespace QueryEngine.Sql.Tests;

/// <summary>Statements with words lost, doubled, swapped and cut off are answered or refused, never worse.</summary>
[Collection("one after another")]
public sealed class MutationTests
{
    private const int Mutations = 30_000;

    private static readonly string[] _statements =
    [
        "SELECT a, sum(b) FILTER (WHERE c) OVER (PARTITION BY d ORDER BY e ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) FROM t JOIN u USING (x) WHERE a = 1 AND b NOT IN (1, 2) OR c LIKE 'x' ESCAPE '!' GROUP BY ROLLUP (a, b), () HAVING count(*) > 1 ORDER BY 2 DESC NULLS LAST LIMIT 10 OFFSET 5",
        "WITH RECURSIVE t (n) AS (VALUES (1) UNION ALL SELECT n + 1 FROM t WHERE n < 100) SELECT CASE WHEN n BETWEEN 1 AND 2 THEN 'a' ELSE CAST(n AS varchar(5)) END, ARRAY[1, 2][1], (r).f, x::timestamp(3) with time zone FROM t, LATERAL (SELECT 1) AS l (m), UNNEST(a, b) WITH ORDINALITY",
        "SELECT transform(a, x -> x + 1), reduce(a, 0, (s, x) -> s + x), j -> 'a' ->> 0, EXTRACT(year FROM d), TRIM(LEADING 'x' FROM y), INTERVAL '1-2' YEAR TO MONTH, DATE '2020-01-01' AT TIME ZONE 'UTC', {'a': 1}, MAP {'k': 2}, a[1:2:3], U&'\\0041' UESCAPE '\\', E'\\x41', $$d$$ FROM 'x.csv' TABLESAMPLE BERNOULLI (10) REPEATABLE (1)",
        "SELECT * EXCLUDE (a) REPLACE (b AS c) FROM t PIVOT (sum(a) AS s FOR b IN (1 AS x, 2)) AS p MATCH_RECOGNIZE (PARTITION BY a MEASURES LAST(c) AS d PATTERN (A B+) DEFINE B AS c > 1) ASOF JOIN JSON_TABLE(j, '$' COLUMNS (n FOR ORDINALITY, a int PATH '$.a')) ON TRUE",
        "SELECT JSON_VALUE(a, '$.x' PASSING b AS c RETURNING int NULL ON EMPTY DEFAULT 1 ON ERROR), JSON_OBJECT(KEY 'a' VALUE 1 ABSENT ON NULL), LISTAGG(a, ',' ON OVERFLOW TRUNCATE '...' WITHOUT COUNT) WITHIN GROUP (ORDER BY a), f(TABLE(t) PARTITION BY (a) ORDER BY (b), DESCRIPTOR(c), x => 1), ? , $1, :n, @m",
        "CREATE TABLE IF NOT EXISTS a.b (x int NOT NULL DEFAULT 1 PRIMARY KEY, y ROW(a int, ARRAY<MAP<int, text>>) GENERATED ALWAYS AS IDENTITY, LIKE d, CONSTRAINT c FOREIGN KEY (x) REFERENCES e (f) ON DELETE SET NULL DEFERRABLE) COMMENT 'c' WITH (a-b.c = 'x', d)",
        "INSERT INTO t AS x (a, b) SELECT 1, DEFAULT ON CONFLICT (a) DO UPDATE SET (b, c) = (1, 2) WHERE d RETURNING t.*; MERGE INTO t USING u ON a WHEN NOT MATCHED BY SOURCE AND b THEN DELETE WHEN MATCHED THEN UPDATE SET c = 1 WHEN NOT MATCHED THEN INSERT (a) VALUES (1)",
        "EXPLAIN ANALYZE (TYPE IO, FORMAT JSON) PREPARE p (int) FROM UPDATE t SET a = 1 FROM u WHERE b; SET SESSION a.b = 1; SHOW STATS FOR (SELECT 1); GRANT SELECT (a), UPDATE ON TABLE t TO u WITH GRANT OPTION; ALTER TABLE t ALTER COLUMN a SET DATA TYPE text USING b, DROP CONSTRAINT IF EXISTS c CASCADE; CREATE CATALOG c USING x WITH (a = 1)",
        "DECLARE c INSENSITIVE NO SCROLL CURSOR WITH HOLD FOR SELECT a FROM t FOR UPDATE OF a, b; OPEN c; FETCH BACKWARD 2 FROM c INTO t; MOVE ABSOLUTE -1 FROM c; CLOSE ALL; UPDATE t SET a = 1 WHERE CURRENT OF c; CREATE SCHEMA s CREATE TABLE t (a int) CREATE VIEW v AS SELECT 1 GRANT SELECT ON t TO u; SHOW GRANTS ON TABLE t; SHOW CURRENT ROLES LIKE 'a'",
    ];

    [Fact]
    public void Broken_statements_are_refused_cleanly_or_survive_being_formatted()
    {
        var random = new Random(20_261_121);
        var pieces = _statements.Select(Pieces).ToArray();
        int accepted = 0;
        var broken = new List<string>();
        for (int mutation = 0; mutation < Mutations; mutation++)
        {
            string text = Mutate(random, pieces);
            foreach (var parsed in ParseOrRefuse(text))
            {
                accepted++;
                if (Difference(parsed) is { } difference)
                    broken.Add(difference);
            }
        }

        Assert.True(broken.Count == 0, string.Join("\n\n", broken.Take(20)));
        Assert.InRange(accepted, 1_000, Mutations);
    }

    private static string? Difference(ParsedStatement parsed)
    {
        string formatted = SqlFormatter.Format(parsed.Statement);
        try
        {
            bool isSame = TreeDump.Of(parsed.Statement) == TreeDump.Of(SqlParser.ParseStatement(formatted));
            return isSame ? null : $"{parsed.Text}\n{formatted}";
        }
        catch (QueryException error)
        {
            return $"{parsed.Text}\n{formatted}\n{error.Message} at {error.Position}";
        }
    }

    private static IReadOnlyList<ParsedStatement> ParseOrRefuse(string text)
    {
        try
        {
            return SqlParser.Parse(text);
        }
        catch (QueryException error)
        {
            Assert.True(error.Position is not null, text);
            return [];
        }
        catch (Exception error)
        {
            Assert.Fail($"{text}\n{error}");
            throw;
        }
    }

    private static string[] Pieces(string statement) =>
        [.. Regex.Matches(statement, @"'[^']*'|\w+|[^\w\s]|\s+").Select(match => match.Value)];

    private static string Mutate(Random random, string[][] statements)
    {
        var pieces = statements[random.Next(statements.Length)].ToList();
        for (int changes = random.Next(1, 4); changes > 0; changes--)
        {
            int place = random.Next(pieces.Count);
            switch (random.Next(6))
            {
                case 0:
                    pieces.RemoveAt(place);
                    break;
                case 1:
                    pieces.Insert(place, pieces[random.Next(pieces.Count)]);
                    break;
                case 2:
                    int other = random.Next(pieces.Count);
                    (pieces[place], pieces[other]) = (pieces[other], pieces[place]);
                    break;
                case 3:
                    var donor = statements[random.Next(statements.Length)];
                    int start = random.Next(donor.Length);
                    pieces.InsertRange(place, donor[start..Math.Min(donor.Length, start + random.Next(1, 12))]);
                    break;
                case 4:
                    pieces.RemoveRange(place, Math.Min(pieces.Count - place, random.Next(1, 20)));
                    break;
                default:
                    pieces[place] = pieces[place].Length > 1 ? pieces[place][1..] : "";
                    break;
            }

            if (pieces.Count == 0)
                pieces.Add(";");
        }

        return string.Concat(pieces);
    }
}
