using Meridian.Configuration;
using Meridian.Engine.Supervision;
using Meridian.Engine.Tests.Peers;
using Meridian.Sdk.North;
using Microsoft.Extensions.Logging;

namespace Meridian.Engine.Tests.Norths;

/// <summary>What becomes of a North's place when the gateway or the configuration changes.</summary>
public sealed class PlaceTests
{
    private readonly NorthPeer _peer = new();

    [Fact]
    public async Task Place_AfterAnOrderlyStop_IsGoneOnFrom()
    {
        _peer.Answer(batch => batch.Positions.Span[0] == 3 && batch.Positions.Length == 1
            ? DeliveryOutcome.Rejected("No.")
            : batch.Positions.ToArray().Contains(3) ? DeliveryOutcome.Rejected("One of them.") : _peer.StoreAll(batch));
        await using var gateway = await TestGateway.StartAsync(_peer.Config("n", maxReadings: 4));
        await gateway.GiveAsync(10);
        await gateway.StopAsync();
        Assert.Equal(9, _peer.Stored.Count);

        await gateway.RunAsync();

        Assert.True(
            gateway.Account is { Delivered: 9, Quarantined: 1, Waiting: 0, IsBalanced: true },
            gateway.Account.ToString());
        await gateway.GiveAsync(5);
        await gateway.UntilAsync(
            () => gateway.Account is { Delivered: 14, Quarantined: 1, Waiting: 0, IsBalanced: true });
        Assert.Equal(14, _peer.Stored.Count);
    }

    [Fact]
    public async Task Place_AfterAKill_LosesNothingAndTheAccountBalances()
    {
        _peer.Answer(batch => batch.Positions.ToArray().Any(position => position % 10 == 9)
            ? DeliveryOutcome.Rejected([.. Enumerable.Range(0, batch.Positions.Length)
                .Where(i => batch.Positions.Span[i] % 10 == 9)
                .Select(index => new Rejection(index, "No."))])
            : _peer.StoreAll(batch));
        await using var gateway = await TestGateway.StartAsync(_peer.Config("n", maxReadings: 20));
        await gateway.GiveAsync(100);
        await gateway.UntilAsync(() => gateway.Account.Waiting == 0);
        var lines = gateway.QuarantineLinesOf("n");
        var cut = gateway.Cut();
        await gateway.StopAsync();

        gateway.Folder = cut;
        await gateway.RunAsync();

        await gateway.UntilAsync(
            () => gateway.Account is { Delivered: 90, Quarantined: 10, Waiting: 0, IsBalanced: true });
        Assert.Equal(90, _peer.Stored.Distinct().Count());
        Assert.Equal(lines, gateway.QuarantineLinesOf("n"));
    }

    [Fact]
    public async Task Place_OfARenamedNorth_IsReleasedAndTheNewNameFindsWhatWaited()
    {
        await using var gateway = await GatewayThatHoldsAsync(10);
        gateway.Config = gateway.ConfigWith(_peer.Config("new"));

        await gateway.RunAsync();

        await gateway.UntilAsync(() => gateway.Account is { Delivered: 10, Waiting: 0, IsBalanced: true });
        Assert.Equal(10, _peer.Stored.Count);
        Assert.Equal(1, gateway.Log.Count(LogLevel.Warning, "North 'n' is no longer configured"));
    }

    [Fact]
    public async Task Place_OfANorthSpelledAnew_IsKept()
    {
        await using var gateway = await TestGateway.StartAsync(_peer.Config("North"));
        await gateway.GiveAsync(10);
        await gateway.StopAsync();
        gateway.Config = gateway.ConfigWith(_peer.Config("nORTH"));

        await gateway.RunAsync();

        await gateway.GiveAsync(5);
        await gateway.UntilAsync(() => gateway.Account is { Delivered: 15, Waiting: 0, IsBalanced: true });
        Assert.Equal(15, _peer.Stored.Count);
        Assert.Equal("nORTH", gateway.North().Name);
        Assert.Equal(0, gateway.Log.Count(LogLevel.Warning, "released"));
    }

    [Fact]
    public async Task Place_OfADisabledNorth_IsKeptAndShown()
    {
        await using var gateway = await GatewayThatHoldsAsync(10);
        gateway.Config = gateway.ConfigWith(_peer.Config("n") with { Enabled = false });
        await gateway.RunAsync();
        Assert.Equal((10, ConnectorState.Stopped), (gateway.Account.Waiting, gateway.NorthState().State));
        await gateway.GiveAsync(5);
        await gateway.StopAsync();
        Assert.Equal(0, gateway.Log.Count(LogLevel.Warning, "released"));

        gateway.Config = gateway.ConfigWith(_peer.Config("n"));
        await gateway.RunAsync();
        await gateway.UntilAsync(() => gateway.Account is { Delivered: 15, Waiting: 0, IsBalanced: true });
    }

    [Fact]
    public async Task Place_OfANorthThatNeverRan_IsNotMadeForOneThatIsDisabled()
    {
        await using var gateway = await TestGateway.StartAsync(
            _peer.Config("n"), new NorthPeer().Config("off") with { Enabled = false });
        await gateway.GiveAsync(5);

        await gateway.UntilAsync(() => gateway.Account is { Delivered: 5, Waiting: 0, IsBalanced: true });
    }

    private async Task<TestGateway> GatewayThatHoldsAsync(int count)
    {
        _peer.Answer(_ => DeliveryOutcome.Retry("Busy."));
        var gateway = await TestGateway.StartAsync(_peer.Config("n"));
        gateway.Config = gateway.Config with { Gateway = new GatewayConfig { DrainTime = TimeSpan.FromSeconds(1) } };
        await gateway.GiveAsync(count);
        await gateway.StopAsync();
        Assert.Equal(1, gateway.Log.Count(LogLevel.Warning, "they wait on disk"));
        _peer.Answer(_peer.StoreAll);
        return gateway;
    }
}
