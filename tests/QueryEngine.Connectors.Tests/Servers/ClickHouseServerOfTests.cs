using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using Xunit;

namespace QueryEngine.Tests.Servers;

/// <summary>A ClickHouse server of its own for a test run: new data in a temporary folder, on a free port, stopped at the end.</summary>
public sealed class ClickHouseServerOfTests : IAsyncLifetime
{
    public const string User = "tester";
    public const string Password = "p@ss:w/rd'%;{x}";
    private const string ServerFile = "/usr/sbin/clickhouse-server";

    private static readonly HttpClient _http = new();

    private string? _folder;
    private ServerProcess? _server;

    public int Port { get; private set; }

    /// <summary>A URL as users write it.</summary>
    public string Url => $"clickhouse://{User}:{Uri.EscapeDataString(Password)}@127.0.0.1:{Port}/default";

    public async Task InitializeAsync()
    {
        Assert.True(File.Exists(ServerFile), "server clickhouse-server is missing: apt-get install clickhouse-server");
        _folder = Directory.CreateTempSubdirectory("qe-clickhouse-").FullName;
        Port = ServerProcess.FreePort();
        string config = Path.Combine(_folder, "config.xml");
        await File.WriteAllTextAsync(
            config,
            $"""
            <?xml version="1.0"?>
            <yandex>
              <logger><level>error</level><log>{_folder}/server.log</log><errorlog>{_folder}/server.err</errorlog></logger>
              <http_port>{Port.ToString(CultureInfo.InvariantCulture)}</http_port><listen_host>127.0.0.1</listen_host>
              <path>{_folder}/data/</path><tmp_path>{_folder}/tmp/</tmp_path><user_files_path>{_folder}/files/</user_files_path>
              <users_config>{_folder}/users.xml</users_config><default_profile>default</default_profile><default_database>default</default_database>
              <mark_cache_size>67108864</mark_cache_size><timezone>UTC</timezone>
            </yandex>
            """);
        await File.WriteAllTextAsync(
            Path.Combine(_folder, "users.xml"),
            $"""
            <?xml version="1.0"?>
            <yandex>
              <profiles><default><max_memory_usage>2000000000</max_memory_usage><allow_experimental_low_cardinality_type>1</allow_experimental_low_cardinality_type></default></profiles>
              <users><{User}><password>{Password}</password><networks><ip>127.0.0.1</ip></networks><profile>default</profile><quota>default</quota></{User}></users>
              <quotas><default></default></quotas>
            </yandex>
            """);
        if (Environment.IsPrivilegedProcess)
            await ServerProcess.RunAsync("chown", "-R", "clickhouse", _folder);
        _server = ServerProcess.Start(ServerProcess.As("clickhouse", ServerFile, $"--config-file={config}"));
        await _server.WaitUntilReadyAsync<HttpRequestException>(() => QueryAsync("SELECT 1"));
    }

    public async Task DisposeAsync()
    {
        if (_server is not null)
            await _server.StopAsync("KILL");
        _server?.Dispose();
        if (_folder is not null)
            Directory.Delete(_folder, recursive: true);
    }

    public async Task ExecuteAsync(params string[] statements)
    {
        foreach (string statement in statements)
            await QueryAsync(statement);
    }

    /// <summary>The text of an answer.</summary>
    public async Task<string> QueryAsync(string sql)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri($"http://127.0.0.1:{Port}/")) { Content = new StringContent(sql) };
        request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{User}:{Password}")));
        using HttpResponseMessage response = await _http.SendAsync(request);
        string text = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, text);
        return text.TrimEnd('\n');
    }
}
