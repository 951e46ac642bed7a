using System.Globalization;
using Meridian.Fixtures;
using Meridian.Testing.Peers;

namespace Meridian.Connectors.Mqtt.Tests.Faults;

/// <summary>
/// What the network does to South and North: what the operator reads, and that all goes on by itself when it is over.
/// </summary>
public sealed class LinkTests
{
    [Theory]
    [InlineData(Side.South)]
    [InlineData(Side.North)]
    public async Task Link_HalfOpen_IsFoundByTheKeepAliveAndNothingIsMissingAfterwards(Side side)
    {
        await using var mosquitto = await MosquittoServer.StartAsync();
        await using var relay = TcpRelay.Start("127.0.0.1", mosquitto.Port);
        await using var plant = await Plant.StartAsync(
            side, IPlantPeer.SettingsOf(side, relay.Port), new MosquittoPeer(mosquitto));

        await plant.OutlastHalfOpenAsync(relay);
    }

    [Theory]
    [InlineData(Side.South)]
    [InlineData(Side.North)]
    public async Task Link_HalfOpenWithDataUnderWay_BringsThemAll(Side side)
    {
        await using var mosquitto = await MosquittoServer.StartAsync();
        await using var relay = TcpRelay.Start("127.0.0.1", mosquitto.Port);
        await using var plant = await Plant.StartAsync(
            side,
            IPlantPeer.SettingsOf(side, relay.Port) with { AcknowledgementTimeout = TimeSpan.FromMinutes(1) },
            new MosquittoPeer(mosquitto));
        await plant.UntilRunningAsync();

        relay.Hold();
        await plant.GiveAsync(1_000);
        await plant.UntilRetryingAsync("no byte came within 1.5 times settings.keepAlive, 1 s");
        relay.Release();

        await plant.AllArriveAsync();
    }

    [Theory]
    [InlineData(Side.South)]
    [InlineData(Side.North)]
    public async Task Peer_Restarted_IsTakenAgain(Side side)
    {
        await using var mosquitto = await MosquittoServer.StartAsync(
            new MosquittoServerOptions { IsPersistent = true });
        await using var plant = await Plant.StartAsync(side, mosquitto);
        await plant.CarryAsync();

        await mosquitto.StopAsync();
        await plant.UntilRetryingAsync(
            $"There is no connection to broker 127.0.0.1:{mosquitto.Port}: it refuses connections");
        await mosquitto.RestartAsync();

        await plant.GiveAsync(100);
        await plant.AllArriveAsync();
    }

    [Theory]
    [InlineData(Side.South)]
    [InlineData(Side.North)]
    public async Task Port_WhereNobodyListens_IsNamedAndTakenWhenABrokerAppears(Side side)
    {
        await using var mosquitto = await MosquittoServer.StartAsync();
        await mosquitto.StopAsync();
        await using var plant = await Plant.StartAsync(side, mosquitto);

        await plant.UntilRetryingAsync(
            string.Create(
                CultureInfo.InvariantCulture,
                $"There is no connection to broker 127.0.0.1:{mosquitto.Port}: it refuses connections; "),
            "check that it runs and listens there (settings.host, settings.port)");
        await mosquitto.RestartAsync();

        await plant.CarryAsync();
    }

    [Theory]
    [InlineData(Side.South)]
    [InlineData(Side.North)]
    public async Task Name_ThatNobodyKnows_IsNamed(Side side)
    {
        await using var mosquitto = await MosquittoServer.StartAsync();
        await using var plant = await Plant.StartAsync(side, mosquitto, static settings => settings with
        {
            Host = "no-such-broker.invalid",
            ConnectTimeout = TimeSpan.FromSeconds(10),
        });

        await plant.UntilRetryingAsync(
            $"broker no-such-broker.invalid:{mosquitto.Port}: it has a name that cannot be resolved",
            "check settings.host and the name service of this machine");
    }

    [Theory]
    [InlineData(Side.South)]
    [InlineData(Side.North)]
    public async Task Peer_TakesConnectionsAndSaysNothing_IsATimeoutAndLeftForABroker(Side side)
    {
        await using var mosquitto = await MosquittoServer.StartAsync();
        await mosquitto.StopAsync();
        await using var hanging = new RawServer("", mosquitto.Port) { StaysOpen = true };
        await using var plant = await Plant.StartAsync(side, mosquitto);

        await plant.UntilRetryingAsync(
            $"Broker 127.0.0.1:{mosquitto.Port} does not answer: it did not accept within settings.connectTimeout, 1 s",
            "CONNACK was still awaited");
        await hanging.StopAsync();
        await mosquitto.RestartAsync();

        await plant.CarryAsync();
    }
}
