using Meridian.Configuration;
using Meridian.Engine.Supervision;
using Meridian.Engine.Tests.Peers;
using Meridian.Sdk.Readings;

namespace Meridian.Engine.Tests.Norths.Sending;

/// <summary>A gateway with some Souths and one North that takes their batches at once.</summary>
internal sealed class LanesGateway : IAsyncDisposable
{
    private readonly Dictionary<string, (SouthPeer Peer, long Given)> _souths;
    private int _offers;

    private LanesGateway(IEnumerable<string> souths) => _souths =
        souths.ToDictionary(static name => name, static _ => (new SouthPeer(), 0L), StringComparer.Ordinal);

    public TestGateway Gateway { get; } = new(TimeSpan.FromSeconds(60));

    public LanesPeer North { get; } = new();

    public IEnumerable<string> Souths => _souths.Keys;

    public static async Task<LanesGateway> StartAsync(BatchConfig batch, params string[] souths)
    {
        var lanes = new LanesGateway(souths);
        lanes.Gateway.Config = new MeridianConfig
        {
            Souths = [.. lanes._souths.Select(static south => south.Value.Peer.Config(south.Key))],
            Norths = [lanes.North.Config("n", batch)],
        };
        await lanes.RunAsync();
        return lanes;
    }

    public async Task RunAsync()
    {
        await Gateway.RunAsync();
        await Gateway.UntilLaterAsync(() => Gateway.Engine.GetStatus().Souths.All(
            static south => south.Connector.State == ConnectorState.Running));
    }

    public async Task RestartAtCutAsync()
    {
        var cut = Gateway.Cut();
        await Gateway.StopAsync();
        Gateway.Folder = cut;
        await RunAsync();
    }

    /// <summary>How many readings a South has brought: numbered from 0.</summary>
    public long GivenBy(string south) => _souths[south].Given;

    public async Task GiveAsync(string south, int count)
    {
        var (peer, given) = _souths[south];
        _souths[south] = (peer, given + count);
        Reading[] readings =
        [
            .. Enumerable.Range(0, count).Select(i => new Reading(
                south, DateTimeOffset.UnixEpoch, ReadingValue.From(given + i))),
        ];
        await peer.OfferAsync(++_offers, readings);
        var all = _souths.Values.Sum(static one => one.Given);
        await Gateway.UntilAsync(() => Gateway.Account.Received >= all);
    }

    public async ValueTask DisposeAsync()
    {
        await Gateway.DisposeAsync();
        Assert.Null(North.Wrong);
    }
}
