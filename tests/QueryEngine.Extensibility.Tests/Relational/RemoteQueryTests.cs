using QueryEngine.Server;
using QueryEngine.Spi;
using Xunit;

namespace QueryEngine.Extensibility.Tests.Relational;

/// <summary>Queries in a source's own language, from SQL of the engine.</summary>
public sealed class RemoteQueryTests : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("qe-remote-").FullName;
    private EngineHost _host = null!;

    public async Task InitializeAsync()
    {
        _host = await EngineHost.StartAsync(new EngineHostOptions(), default);
        await _host.Statements.RunAsync($"CREATE CATALOG lite USING sqlite WITH (path = '{Path.Combine(_folder, "new.db")}', create_file = 'true')");
        await _host.Statements.RunAsync("CREATE TABLE lite.main.things (id bigint, name varchar)");
        await _host.Statements.RunAsync("INSERT INTO lite.main.things VALUES (1, 'one'), (2, 'two'), (3, NULL)");
    }

    public async Task DisposeAsync()
    {
        await _host.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task A_query_of_the_source_is_a_table_with_names_and_types()
    {
        List<object?[]> rows = await _host.Statements.RunAsync(
            "SELECT q.id, upper(name) FROM TABLE(lite.system.query('SELECT id, name FROM things WHERE id GLOB ''[12]'' -- of SQLite')) AS q WHERE id > 1");

        Assert.Equal([[2L, "TWO"]], rows);
    }

    [Fact]
    public async Task It_is_joined_aggregated_and_named_as_other_tables_are()
    {
        List<object?[]> joined = await _host.Statements.RunAsync(
            "SELECT t.id FROM lite.main.things t JOIN lite.system.query(query => 'SELECT max(id) AS m FROM things;') ON t.id = CAST(m AS bigint)");
        List<object?[]> counted = await _host.Statements.RunAsync("SELECT count(*), count(b) FROM TABLE(lite.system.query('SELECT * FROM things')) AS t (a, b)");

        Assert.Equal([[3L]], joined);
        Assert.Equal([[3L, 2L]], counted);
    }

    [Fact]
    public async Task A_statement_of_the_source_is_carried_out()
    {
        await _host.Statements.RunAsync("CALL lite.system.execute('CREATE TABLE made AS SELECT max(id) AS m FROM things')");

        Assert.Equal([["3"]], await _host.Statements.RunAsync("SELECT CAST(m AS varchar) FROM lite.main.made"));
        Assert.Equal(ErrorCode.UndefinedFunction, (await _host.Statements.FailAsync("CALL lite.system.execute()")).Code);
        Assert.Equal(ErrorCode.NotSupported, (await _host.Statements.FailAsync("CALL memory.system.execute('x')")).Code);
    }

    [Fact]
    public async Task What_is_wrong_is_said()
    {
        QueryException remote = await _host.Statements.FailAsync("SELECT * FROM TABLE(lite.system.query('SELECT nothing FROM things'))");
        QueryException arguments = await _host.Statements.FailAsync("SELECT * FROM TABLE(lite.system.query(1))");
        QueryException catalog = await _host.Statements.FailAsync("SELECT * FROM TABLE(nowhere.system.query('SELECT 1'))");
        QueryException other = await _host.Statements.FailAsync("SELECT * FROM TABLE(memory.system.query('SELECT 1'))");

        Assert.Equal(ErrorCode.RemoteError, remote.Code);
        Assert.Contains("nothing", remote.Message, StringComparison.Ordinal);
        Assert.Equal(ErrorCode.SyntaxError, arguments.Code);
        Assert.Equal(ErrorCode.UndefinedCatalog, catalog.Code);
        Assert.Equal(ErrorCode.NotSupported, other.Code);
    }

    [Fact]
    public async Task A_file_that_is_not_there_is_not_made_without_the_option()
    {
        string path = Path.Combine(_folder, "absent.db");
        await _host.Statements.RunAsync($"CREATE CATALOG absent USING sqlite WITH (path = '{path}')");

        QueryException error = await _host.Statements.FailAsync("SELECT * FROM absent.main.t");

        Assert.Equal(ErrorCode.ConnectionFailure, error.Code);
        Assert.False(File.Exists(path));
    }
}
