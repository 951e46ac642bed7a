using System.Diagnostics.CodeAnalysis;
using System.Net.Http.Headers;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Meridian.Fixtures;

/// <summary>A real influxd 1.6 on 127.0.0.1 with a folder of its own. One caller at a time.</summary>
public sealed class InfluxServer : IAsyncDisposable
{
    private readonly TempFolder _folder = new("meridian-influxd-");
    private readonly HttpClient _client;
    private readonly bool _hasUsers;
    private readonly TestAuthority? _authority;
    private readonly ServerProcess _process;

    [SuppressMessage("Reliability", "CA2000:Dispose objects before losing scope", Justification = "The client does.")]
    private InfluxServer(bool hasUsers, TestAuthority? authority)
    {
        _hasUsers = hasUsers;
        _authority = authority;
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
        };
        if (authority is not null)
        {
            policy.CustomTrustStore.Add(authority.Root);
        }

        _client = new HttpClient(new SocketsHttpHandler { SslOptions = { CertificateChainPolicy = policy } });
        _process = new ServerProcess("influxd", Port, Start);
        if (hasUsers)
        {
            _client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(
                "Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{UserName}:{Password}")));
        }
    }

    /// <summary>Its administrator, where it has users.</summary>
    public static string UserName => "meridian";

    /// <summary>The password of <see cref="UserName"/>.</summary>
    public static string Password => "influx-passw0rd";

    /// <summary>The port of its HTTP API.</summary>
    public int Port { get; } = FreePort.Next();

    /// <summary>The address of its HTTP API.</summary>
    public Uri Url => new($"{(_authority is null ? "http" : "https")}://127.0.0.1:{Port}");

    /// <summary>Starts a server and waits until it takes connections.</summary>
    /// <param name="hasUsers">Whether it asks for a user and a password.</param>
    /// <param name="authority">Who signs its certificate for 127.0.0.1; null for plain HTTP.</param>
    public static async Task<InfluxServer> StartAsync(bool hasUsers = false, TestAuthority? authority = null)
    {
        var server = new InfluxServer(hasUsers, authority);
        try
        {
            await server.WriteConfigurationAsync();
            await server.RestartAsync();
            if (hasUsers)
            {
                await server.QueryAsync(
                    $"CREATE USER {UserName} WITH PASSWORD '{Password}' WITH ALL PRIVILEGES");
            }

            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Ends it.</summary>
    public Task StopAsync() => _process.EndAsync(Signal.Terminate);

    /// <summary>Starts it again, with what is on its disk.</summary>
    public Task RestartAsync() => _process.RestartAsync();

    /// <summary>Runs InfluxQL and gives the answer as CSV, times in nanoseconds.</summary>
    /// <param name="query">The query.</param>
    /// <param name="database">The database; empty for none.</param>
    public async Task<string> QueryAsync(string query, string database = "")
    {
        using var request = new HttpRequestMessage(
            HttpMethod.Post, new Uri(Url, $"/query?epoch=ns&db={Uri.EscapeDataString(database)}"))
        {
            Content = new FormUrlEncodedContent(new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["q"] = query,
            }),
        };
        request.Headers.Accept.ParseAdd("application/csv");
        using var response = await _client.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        return response.IsSuccessStatusCode
            ? text
            : throw new InvalidOperationException($"influxd answers {(int)response.StatusCode} to '{query}': {text}");
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _process.DisposeAsync();
        _folder.Dispose();
    }

    private ChildProcess Start() => ChildProcess.Start(
        ServersInstalled.Require("influxd", "influxdb"), ["run", "-config", _folder.At("influxdb.conf")]);

    private Task WriteConfigurationAsync()
    {
        if (_authority is not null)
        {
            PemFiles.Write(_authority.Server("127.0.0.1"), _folder.At("cert.pem"), _folder.At("key.pem"));
        }

        return File.WriteAllTextAsync(_folder.At("influxdb.conf"), Configuration());
    }

    private string Configuration() =>
        $"""
        reporting-disabled = true
        bind-address = "127.0.0.1:{FreePort.Next()}"

        [meta]
          dir = "{_folder.At("meta")}"

        [data]
          dir = "{_folder.At("data")}"
          wal-dir = "{_folder.At("wal")}"

        [monitor]
          store-enabled = false

        [http]
          bind-address = "127.0.0.1:{Port}"
          auth-enabled = {(_hasUsers ? "true" : "false")}
          log-enabled = false
          https-enabled = {(_authority is null ? "false" : "true")}
          https-certificate = "{_folder.At("cert.pem")}"
          https-private-key = "{_folder.At("key.pem")}"

        """;
}
