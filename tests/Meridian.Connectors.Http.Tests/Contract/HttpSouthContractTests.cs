using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json;
using Meridian.Connectors.Http.South;
using Meridian.Connectors.Http.Tests.Peers;
using Meridian.Connectors.Http.Tests.South;
using Meridian.Sdk;
using Meridian.Sdk.South;
using Meridian.Testing.Contract;
using Meridian.Testing.Peers;
using Microsoft.AspNetCore.Http;

namespace Meridian.Connectors.Http.Tests.Contract;

/// <summary>The HTTP South keeps the contract of the Sdk, on Kestrel with samples that it pages.</summary>
public sealed class HttpSouthContractTests
{
    public static TheoryData<string> Checks => [.. Of().Checks.Select(static check => check.Name)];

    [Theory]
    [MemberData(nameof(Checks))]
    public Task South_OnAServerWithSamples_Keeps(string check) => Of().RunAsync(check);

    private static ConnectorContract Of() => ConnectorContract.Of(
        HttpConnectors.Manifests.OfType<SouthManifest>().Single(),
        static async () => await SamplesPeer.NewAsync(),
        new ContractOptions { CancelPoints = 4, LifeCount = 4 });

    private sealed class SamplesPeer(WebServer server) : ISouthPeer
    {
        private const int PageSize = 3;

        private readonly ConcurrentQueue<(string Item, DateTimeOffset Time, long Value)> _samples = new();

        public TcpRelay Relay { get; } = TcpRelay.Start("127.0.0.1", server.Port);

        public object Settings => new HttpSouthSettings
        {
            Url = new Uri($"http://127.0.0.1:{Relay.Port}/data"),
            ConnectTimeout = TimeSpan.FromSeconds(1),
            AnswerTimeout = TimeSpan.FromSeconds(2),
        };

        [SuppressMessage(
            "Reliability", "CA2000:Dispose objects before losing scope", Justification = "The peer owns the server.")]
        public static async Task<ISouthPeer> NewAsync()
        {
            var server = await WebServer.StartAsync();
            var peer = new SamplesPeer(server);
            server.Otherwise = peer.AnswerAsync;
            return peer;
        }

        public IReadOnlyList<Item> ItemsOf(SouthCapabilities capability) =>
            [ItemOf("a", capability), ItemOf("b", capability)];

        public ValueTask YieldAsync(Item item, long value)
        {
            _samples.Enqueue((item.Name, TimeProvider.System.GetUtcNow(), value));
            return ValueTask.CompletedTask;
        }

        public async ValueTask DisposeAsync()
        {
            await Relay.DisposeAsync();
            await server.DisposeAsync();
        }

        private static Item ItemOf(string name, SouthCapabilities capability) => new(
            name,
            capability == SouthCapabilities.LastPoint
                ? SouthRig.Now with { Path = $"now/{name}" }
                : SouthRig.Past with
                {
                    Path = $"past/{name}",
                    Paging = new HttpPagingSettings { Kind = HttpPagingKind.Offset, Size = PageSize },
                });

        private Task AnswerAsync(HttpContext http, Received received)
        {
            var path = received.Target.Split('?')[0].Split('/');
            var mine = _samples.Where(one => string.Equals(one.Item, path[^1], StringComparison.Ordinal)).ToArray();
            if (received.Target.StartsWith("/data/now/", StringComparison.Ordinal))
            {
                var last = mine.Length == 0 ? 0 : mine[^1].Value;
                return SouthRig.Json(JsonSerializer.Serialize(new { value = last }))(http, received);
            }

            var (from, to) = (TimeOf(received, "from"), TimeOf(received, "to"));
            var offset = int.Parse(SouthRig.ParameterOf(received, "offset")!, CultureInfo.InvariantCulture);
            return SouthRig.Json(JsonSerializer.Serialize(mine
                .Where(one => one.Time >= from && one.Time < to).Skip(offset).Take(PageSize)
                .Select(static one => new { time = one.Time, value = one.Value })))(http, received);
        }

        private static DateTimeOffset TimeOf(Received received, string name) =>
            DateTimeOffset.Parse(SouthRig.ParameterOf(received, name)!, CultureInfo.InvariantCulture);
    }
}
