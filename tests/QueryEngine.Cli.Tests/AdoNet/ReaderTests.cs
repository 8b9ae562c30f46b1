using System.Data;
using System.Data.Common;
using QueryEngine.Client;
using Xunit;

namespace QueryEngine.Cli.Tests.AdoNet;

public sealed class ReaderTests
{
    [Fact]
    public async Task Reads_rows_one_after_the_other()
    {
        await using QueryEngineConnection connection = await Embedded.OpenAsync();
        await using QueryEngineCommand command = connection.Command("SELECT n_nationkey, n_name FROM nation ORDER BY n_nationkey");
        await using QueryEngineDataReader reader = await command.ExecuteReaderAsync();

        Assert.True(reader.HasRows);
        Assert.Equal(2, reader.FieldCount);
        Assert.Throws<InvalidOperationException>(() => reader.GetValue(0));
        var names = new List<string>();
        while (await reader.ReadAsync())
        {
            Assert.Equal(names.Count, reader.GetInt64(0));
            names.Add(reader.GetString(reader.GetOrdinal("N_NAME")));
        }

        Assert.Equal(25, names.Count);
        Assert.Equal("ALGERIA", names[0]);
        Assert.False(await reader.ReadAsync());
        Assert.Equal(-1, reader.RecordsAffected);
    }

    [Fact]
    public async Task Reads_more_rows_than_a_batch_holds()
    {
        await using QueryEngineConnection connection = await Embedded.OpenAsync();
        await using QueryEngineCommand command = connection.Command("SELECT l_orderkey FROM lineitem");
        using QueryEngineDataReader reader = command.ExecuteReader();

        int rows = 0;
        while (reader.Read())
            rows++;

        Assert.Equal(60175, rows);
    }

    [Fact]
    public async Task Goes_through_the_results_of_several_statements()
    {
        await using QueryEngineConnection connection = await Embedded.OpenAsync();
        await using QueryEngineCommand command = connection.Command(
            "SELECT 1 AS a; CREATE TABLE memory.\"default\".results_of_several AS SELECT * FROM nation; SELECT 'x' AS b, 2 AS c");
        await using QueryEngineDataReader reader = await command.ExecuteReaderAsync();

        Assert.Equal("a", reader.GetName(0));
        Assert.True(await reader.NextResultAsync());
        Assert.Equal((2, "b"), (reader.FieldCount, reader.GetName(0)));
        Assert.True(reader.Read());
        Assert.Equal("x", reader[0]);
        Assert.False(await reader.NextResultAsync());
        Assert.False(reader.Read());
        Assert.Equal(0, reader.FieldCount);
        Assert.Equal(25, reader.RecordsAffected);
    }

    [Fact]
    public async Task Counts_the_rows_that_are_written()
    {
        await using QueryEngineConnection connection = await Embedded.OpenAsync();
        await using QueryEngineCommand command = connection.Command("CREATE TABLE memory.\"default\".counted (a bigint)");
        await command.ExecuteNonQueryAsync();
        command.CommandText = "INSERT INTO memory.\"default\".counted VALUES 1, 2; INSERT INTO memory.\"default\".counted VALUES 3";

        Assert.Equal(3, command.ExecuteNonQuery());
        Assert.Equal(3L, await connection.ScalarAsync("SELECT count(*) FROM memory.\"default\".counted"));
        command.CommandText = "SELECT 1";
        Assert.Equal(-1, await command.ExecuteNonQueryAsync());
    }

    [Fact]
    public async Task Describes_its_columns()
    {
        await using QueryEngineConnection connection = await Embedded.OpenAsync();
        await using QueryEngineCommand command = connection.Command("SELECT CAST(1.5 AS decimal(10,2)) AS d, CAST('x' AS varchar(7)) AS v, 1 AS d");
        await using QueryEngineDataReader reader = (QueryEngineDataReader)await ((DbCommand)command).ExecuteReaderAsync(CommandBehavior.SchemaOnly);

        DbColumn[] columns = [.. await reader.GetColumnSchemaAsync()];
        Assert.Equal(["d", "v", "d"], columns.Select(column => column.ColumnName));
        Assert.Equal(("decimal(10,2)", (int?)10, (int?)2, typeof(decimal)), (columns[0].DataTypeName, columns[0].NumericPrecision, columns[0].NumericScale, columns[0].DataType));
        Assert.Equal(7, columns[1].ColumnSize);
        DataTable table = reader.GetSchemaTable()!;
        Assert.Equal("v", table.Rows[1]["ColumnName"]);
        Assert.Equal(typeof(int), table.Rows[2]["DataType"]);
        Assert.False(reader.Read());
    }

    [Fact]
    public async Task Schema_only_changes_nothing()
    {
        await using QueryEngineConnection connection = await Embedded.OpenAsync();
        await using QueryEngineCommand command = connection.Command("CREATE TABLE memory.\"default\".never_made (a bigint)");
        using (QueryEngineDataReader reader = command.ExecuteReader(CommandBehavior.SchemaOnly))
            Assert.Equal(0, reader.FieldCount);

        QueryEngineException error = await Assert.ThrowsAsync<QueryEngineException>(() => connection.ScalarAsync("SELECT * FROM memory.\"default\".never_made"));
        Assert.Equal("42P01", error.SqlState);
    }

    [Fact]
    public async Task Obeys_its_behaviours()
    {
        await using QueryEngineConnection connection = await Embedded.OpenAsync();
        await using QueryEngineCommand command = connection.Command("SELECT * FROM nation; SELECT 2");
        using (QueryEngineDataReader reader = command.ExecuteReader(CommandBehavior.SingleRow))
        {
            Assert.True(reader.Read());
            Assert.False(reader.Read());
            Assert.False(reader.NextResult());
        }

        using (QueryEngineDataReader reader = command.ExecuteReader(CommandBehavior.CloseConnection))
            Assert.Throws<InvalidOperationException>(() => connection.Command("SELECT 1").ExecuteScalar());
        Assert.Equal(ConnectionState.Closed, connection.State);
    }

    [Fact]
    public async Task Fills_data_tables()
    {
        await using QueryEngineConnection connection = await Embedded.OpenAsync();
        await using QueryEngineCommand command = connection.Command("SELECT * FROM region ORDER BY r_regionkey");
        var table = new DataTable();
        using (QueryEngineDataReader reader = command.ExecuteReader())
            table.Load(reader);

        Assert.Equal((5, "AFRICA"), (table.Rows.Count, table.Rows[0]["r_name"]));
    }

    [Fact]
    public async Task Tells_what_is_wrong_and_where()
    {
        await using QueryEngineConnection connection = await Embedded.OpenAsync();

        QueryEngineException error = await Assert.ThrowsAsync<QueryEngineException>(() => connection.ScalarAsync("SELECT n_nam\nFROM nation"));

        Assert.Equal(("42703", "COLUMN_NOT_FOUND", (1, 8)), (error.SqlState, error.Code, error.Position));
        Assert.NotNull(error.Hint);
        Assert.False(error.IsTransient);
        Assert.Equal(1, await connection.ScalarAsync("SELECT 1"));
    }

    [Fact]
    public async Task Fails_while_it_reads_with_the_error_of_the_row()
    {
        await using QueryEngineConnection connection = await Embedded.OpenAsync();

        QueryEngineException error = await Assert.ThrowsAsync<QueryEngineException>(() => connection.ScalarAsync("SELECT 1 / (n_nationkey - 7) FROM nation"));

        Assert.Equal("22012", error.SqlState);
    }
}
