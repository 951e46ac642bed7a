using System.Diagnostics.CodeAnalysis;
using Meridian.Connectors.Http.Client;
using Meridian.Connectors.Http.North;
using Meridian.Connectors.Http.Tests.Peers;
using Meridian.Sdk;
using Meridian.Sdk.Settings;
using Meridian.Testing.Contract;
using Meridian.Testing.Peers;

namespace Meridian.Connectors.Http.Tests.Contract;

/// <summary>The HTTP North keeps the contract of the Sdk, on Kestrel with a store that honours keys.</summary>
public sealed class HttpContractTests
{
    public static TheoryData<string> Checks => [.. Of().Checks.Select(static check => check.Name)];

    [Theory]
    [MemberData(nameof(Checks))]
    public Task North_OnAServerThatHonoursKeys_Keeps(string check) => Of().RunAsync(check);

    private static ConnectorContract Of() => ConnectorContract.Of(
        (NorthManifest)HttpConnectors.Manifests[0], static async () => await KeyedPeer.NewAsync());

    private sealed class KeyedPeer(WebServer server, KeyedStore store) : INorthPeer
    {
        public TcpRelay Relay { get; } = TcpRelay.Start("127.0.0.1", server.Port);

        public object Settings => new HttpNorthSettings
        {
            Url = new Uri($"http://127.0.0.1:{Relay.Port}/data"),
            FileUrl = $"http://127.0.0.1:{Relay.Port}/files/{{name}}",
            FileNameHeader = "X-File-Name",
            ConnectTimeout = TimeSpan.FromSeconds(1),
            AnswerTimeout = TimeSpan.FromSeconds(2),
            Auth = new HttpAuthSettings { Type = HttpAuthKind.Bearer, Token = new Secret("t0ken-of-the-contract") },
        };

        [SuppressMessage(
            "Reliability", "CA2000:Dispose objects before losing scope", Justification = "The peer owns the server.")]
        public static async Task<INorthPeer> NewAsync()
        {
            var server = await WebServer.StartAsync();
            var store = new KeyedStore();
            server.Otherwise = store.TakeAsync;
            return new KeyedPeer(server, store);
        }

        public ValueTask<IReadOnlyList<long>?> ReadReceivedAsync() =>
            ValueTask.FromResult<IReadOnlyList<long>?>(store.Numbers);

        public ValueTask<ReadOnlyMemory<byte>?> ReadFileAsync(string name) =>
            ValueTask.FromResult<ReadOnlyMemory<byte>?>(store.Stored.FirstOrDefault(one => string.Equals(
                one.Headers.GetValueOrDefault("X-File-Name"), name, StringComparison.Ordinal))?.Body);

        public async ValueTask DisposeAsync()
        {
            await Relay.DisposeAsync();
            await server.DisposeAsync();
            Assert.Empty(store.Mistakes);
        }
    }
}
