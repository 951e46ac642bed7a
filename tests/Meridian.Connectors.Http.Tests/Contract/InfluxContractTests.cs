using System.Globalization;
using Meridian.Connectors.Http.Tests.Influx;
using Meridian.Fixtures;
using Meridian.Sdk;
using Meridian.Testing.Contract;
using Meridian.Testing.Peers;

namespace Meridian.Connectors.Http.Tests.Contract;

/// <summary>The InfluxDB North keeps the contract of the Sdk, on a real server.</summary>
public sealed class InfluxContractTests
{
    public static TheoryData<string> Checks => [.. Of().Checks.Select(static check => check.Name)];

    [Theory]
    [MemberData(nameof(Checks))]
    public Task North_OnARealServer_Keeps(string check) => Of().RunAsync(check);

    private static ConnectorContract Of() => ConnectorContract.Of(
        (NorthManifest)HttpConnectors.Manifests[1], static async () => await DatabasePeer.NewAsync());

    /// <summary>An empty database of the server that the tests share.</summary>
    private sealed class DatabasePeer(InfluxServer server, string database) : INorthPeer
    {
        public TcpRelay Relay { get; } = TcpRelay.Start("127.0.0.1", server.Port);

        public object Settings => InfluxRig.SettingsOf(new Uri($"http://127.0.0.1:{Relay.Port}"), database) with
        {
            ConnectTimeout = TimeSpan.FromSeconds(1),
            AnswerTimeout = TimeSpan.FromSeconds(2),
        };

        public static async Task<INorthPeer> NewAsync() =>
            new DatabasePeer(await InfluxRig.ServerAsync(), await InfluxRig.NewDatabaseAsync());

        public async ValueTask<IReadOnlyList<long>?> ReadReceivedAsync()
        {
            var answer = await server.QueryAsync("SELECT value FROM \"contract/point\"", database);
            return [.. answer.Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(1)
                .Select(static line => long.Parse(line.Split(',')[^1], CultureInfo.InvariantCulture))];
        }

        public ValueTask DisposeAsync() => Relay.DisposeAsync();
    }
}
