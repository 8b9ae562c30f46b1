using QueryEngine.Client;

namespace QueryEngine.Cli.Tests.AdoNet;

/// <summary>Opens connections to an engine in this process.</summary>
internal static class Embedded
{
    public const string ConnectionString = "Embedded=true;Catalog=tpch;Schema=tiny;Threads=1";

    public static async Task<QueryEngineConnection> OpenAsync(string connectionString = ConnectionString)
    {
        var connection = new QueryEngineConnection(connectionString);
        await connection.OpenAsync();
        return connection;
    }

    public static QueryEngineCommand Command(this QueryEngineConnection connection, string text, params (string? Name, object? Value)[] parameters)
    {
        QueryEngineCommand command = connection.CreateCommand();
        command.CommandText = text;
        foreach ((string? name, object? value) in parameters)
            command.Parameters.Add(new QueryEngineParameter(name, value));
        return command;
    }

    /// <summary>The only value of a statement's only row.</summary>
    public static async Task<object?> ScalarAsync(this QueryEngineConnection connection, string text, params (string? Name, object? Value)[] parameters)
    {
        await using QueryEngineCommand command = connection.Command(text, parameters);
        return await command.ExecuteScalarAsync();
    }
}
