using System.Globalization;
using System.Text;
using Meridian.Connectors.Mqtt.South;
using Meridian.Connectors.Mqtt.South.ExactlyOnce;
using Meridian.Mqtt;
using Meridian.Mqtt.Testing;
using Meridian.Sdk.South;

namespace Meridian.Connectors.Mqtt.Tests.South.ExactlyOnce;

public sealed class ReceivedOnceTests : IAsyncLifetime
{
    private readonly Disk _disk = new();
    private MqttTestBroker _broker = null!; // InitializeAsync sets it before any test.

    public async Task InitializeAsync() => _broker = await MqttTestBroker.StartAsync();

    public async Task DisposeAsync() => await _broker.DisposeAsync();

    [Fact]
    public async Task Release_NotYetOnDisk_HoldsPubComp()
    {
        var (life, south) = await BeginAsync();
        Publish(1);
        await UntilOfferedAsync(life);
        life.Flush(1);
        await _broker.WaitForAsync(() => _broker.CountSent(MqttPacketType.PubRel) == 1);
        await UntilOfferedAsync(life);

        Assert.Equal(0, _broker.CountReceived(MqttPacketType.PubComp));

        life.Flush(1);
        await _broker.WaitForAsync(() => _broker.CountReceived(MqttPacketType.PubComp) == 1);
        await south.StopAsync(CancellationToken.None);
    }

    [Fact]
    public async Task Session_LostByTheBroker_MakesKnownIdentifiersMeanNothing()
    {
        var (life, south) = await BeginAsync();
        Publish(1);
        await UntilOfferedAsync(life);
        life.Flush(1);
        await _broker.WaitForAsync(() => _broker.CountSent(MqttPacketType.PubRel) == 1);
        life.Kill(0);
        _broker.Faults.CutConnections();
        await south.StopAsync(CancellationToken.None);
        Assert.True(_broker.ForgetSession("gateway"));

        // The same identifier again, from a session that knows nothing of the first.
        (life, south) = await BeginAsync();
        life.FlushAlways();
        Publish(2);

        await _broker.WaitForAsync(() => _broker.Sessions is [{ InFlightCount: 0, QueuedCount: 0 }]);
        Assert.Equal([1L, 2L], _disk.Readings.Select(static reading => reading.Value.AsInt64()));
        await south.StopAsync(CancellationToken.None);
    }

    [Fact]
    public async Task Pages_OfAnotherBroker_AreNotRead()
    {
        var (life, south) = await BeginAsync();
        Publish(1);
        await UntilOfferedAsync(life);
        life.Flush(1);
        await south.StopAsync(CancellationToken.None);
        var here = $"{_broker.Host}:{_broker.Port} gateway";

        Assert.Single(new IdentifierPages(here).Read(life));
        Assert.Empty(new IdentifierPages("elsewhere:1883 gateway").Read(life));
    }

    [Fact]
    public void Pages_WithEveryIdentifier_GiveThemBack()
    {
        var life = _disk.NewLife(new Random(1));
        var pages = new IdentifierPages("one");
        for (var identifier = 1; identifier <= ushort.MaxValue; identifier++)
        {
            pages.Add((ushort)identifier);
        }

        var changes = pages.TakeChanges();
        life.Store(changes);

        Assert.Equal(IdentifierPages.PageCount, changes.Count);
        Assert.All(changes, static change => Assert.InRange(change.Position.Length, 1, 4_096));
        Assert.Equal(ushort.MaxValue, new IdentifierPages("one").Read(life).Distinct().Count());
        Assert.Empty(pages.TakeChanges());
    }

    private async Task<(Disk.Life Life, MqttSouth South)> BeginAsync()
    {
        var life = _disk.NewLife(new Random(1));
        var south = new MqttSouth(
            life, new MqttSouthSettings { Host = _broker.Host, Port = _broker.Port, ClientId = "gateway" });
        await south.ConnectAsync(CancellationToken.None);
        await south.SubscribeAsync(
            [new Item("numbers", new MqttItemSettings { Topic = "n", Qos = 2 })], CancellationToken.None);
        return (life, south);
    }

    private void Publish(int number) => _broker.Publish(
        "n", Encoding.UTF8.GetBytes(number.ToString(CultureInfo.InvariantCulture)), MqttQos.ExactlyOnce);

    private static Task UntilOfferedAsync(Disk.Life life) => life.Offered.WaitAsync(TimeSpan.FromSeconds(30));
}
