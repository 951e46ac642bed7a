using System.Diagnostics.CodeAnalysis;
using System.Text;
using Meridian.Connectors.Mqtt.Connection;
using Meridian.Connectors.Mqtt.South;
using Meridian.Connectors.Mqtt.South.Sparkplug;
using Meridian.Formats.Sparkplug;
using Meridian.Mqtt;
using Meridian.Mqtt.Testing;
using Meridian.Sdk.South;
using Meridian.Testing.Contexts;

namespace Meridian.Connectors.Mqtt.Tests.Sparkplug.Host;

/// <summary>Whether edge nodes hear that this host is there, and when it is not.</summary>
[SuppressMessage(
    "Design",
    "CA1001:Types that own disposable fields should be disposable",
    Justification = "DisposeAsync ends them.")]
[SuppressMessage(
    "Reliability", "CA2000:Dispose objects before losing scope", Justification = "DisposeAsync ends them.")]
public sealed class HostPresenceTests : IAsyncLifetime
{
    private const string Topic = "spBv1.0/STATE/scada";

    private MqttTestBroker _broker = null!; // InitializeAsync sets it before any test.
    private TestSouthContext _context = new(new TestContextOptions { Name = "s" });
    private MqttSouth? _south;

    private IReadOnlyList<MqttTestMessage> Told =>
        [.. _broker.Received.Where(static one => string.Equals(one.Topic, Topic, StringComparison.Ordinal))];

    private SparkplugState Retained => StateOf(Assert.Single(_broker.Retained).Payload);

    public async Task InitializeAsync() => _broker = await MqttTestBroker.StartAsync();

    public async Task DisposeAsync()
    {
        await EndAsync();
        await _context.EndAsync();
        await _broker.DisposeAsync();
    }

    [Theory]
    [InlineData("spBv1.0/Plant1/#", true)]
    [InlineData("spBv1.0/#", false)]
    public async Task South_Subscribed_TellsThatItIsThereWithTheTimeOfItsWill(string filter, bool hasOwnSubscription)
    {
        await StartAsync(filter);

        await _broker.WaitForAsync(() => Told.Count > 0);
        var session = Assert.Single(_broker.Sessions);
        var will = session.Connect.Will!; // It has one.
        Assert.Equal(hasOwnSubscription, session.Subscriptions.ContainsKey(Topic));
        Assert.Equal((Topic, MqttQos.AtLeastOnce, true), (will.Topic, will.Qos, will.IsRetained));
        Assert.Equal(new SparkplugState(false, StateOf(Told[0].Payload).TimestampMilliseconds), StateOf(will.Payload));
        Assert.Equal((MqttQos.AtLeastOnce, true), (Told[0].Qos, Told[0].IsRetained));
        Assert.True(Retained.IsOnline);
        AssertOrder(MqttPacketType.Connect, MqttPacketType.Subscribe, MqttPacketType.Publish);
        Assert.Equal(0, _context.LetGoCount);
        Assert.Empty(_context.Readings);
    }

    [Fact]
    public async Task South_Disconnects_TellsThatItIsGoneBeforeItSaysSo()
    {
        await StartAsync();
        await _broker.WaitForAsync(() => Told.Count == 1);

        await _south!.DisconnectAsync(CancellationToken.None);

        Assert.Equal(2, Told.Count);
        Assert.False(Retained.IsOnline);
        Assert.True(Retained.TimestampMilliseconds >= StateOf(Told[0].Payload).TimestampMilliseconds);
        AssertOrder(MqttPacketType.Publish, MqttPacketType.Disconnect);
    }

    [Fact]
    public async Task South_LosesItsConnection_IsGoneByItsWillAndThereWithTheNext()
    {
        await StartAsync();
        await _broker.WaitForAsync(() => Told.Count == 1);

        _broker.Faults.CutConnections();

        await _broker.WaitForAsync(() => _broker.ConnectionCount == 2 && Told.Count >= 3);
        await _broker.WaitForAsync(() => Retained.IsOnline);
        Assert.False(StateOf(Told[1].Payload).IsOnline);
        var will = StateOf(Assert.Single(_broker.Sessions).Connect.Will!.Payload); // It has one.
        Assert.Equal(Retained.TimestampMilliseconds, will.TimestampMilliseconds);
        Assert.True(will.TimestampMilliseconds >= StateOf(Told[0].Payload).TimestampMilliseconds);
    }

    [Theory]
    [InlineData("spBv1.0/Plant1/#")]
    [InlineData("spBv1.0/#")]
    public async Task SomebodyElse_SaysThatTheHostIsGone_IsContradicted(string filter)
    {
        await StartAsync(filter);
        await _broker.WaitForAsync(() => Told.Count == 1);

        _broker.Publish(Topic, new SparkplugState(false, 5).Encode(), MqttQos.AtLeastOnce, isRetained: true);

        await _broker.WaitForAsync(() => Retained.IsOnline);
        Assert.Equal(StateOf(Told[0].Payload), Retained);
    }

    [Fact]
    public async Task BrokerTakesNoFarewell_ConnectionEndsWithoutOneSoThatTheWillSpeaks()
    {
        await StartAsync();
        await _broker.WaitForAsync(() => Told.Count == 1);
        var will = Assert.Single(_broker.Sessions).Connect.Will!; // It has one.
        var farewell = _broker.Faults.OnReceived(MqttPacketType.Publish).Topic(Topic).Always().Drop();
        using var soon = new CancellationTokenSource(TimeSpan.FromMilliseconds(100));

        await _south!.DisconnectAsync(soon.Token);

        // The farewell never came, so what is retained now is the Will.
        await _broker.WaitForAsync(() => !Retained.IsOnline);
        Assert.Equal(1, farewell.StruckCount);
        Assert.Equal(StateOf(will.Payload), StateOf(Assert.Single(Told.Skip(1)).Payload));
        Assert.Equal(0, _broker.CountReceived(MqttPacketType.Disconnect));
    }

    [Fact]
    public async Task RebirthRequest_WaitsUntilTheHostWasTold()
    {
        var death = _broker.Faults.OnReceived(MqttPacketType.Publish).Topic(Topic).Always().Drop();
        await StartAsync();
        var unnamed = new SparkplugPayload { Sequence = 7, Metrics = [new SparkplugMetric { Alias = 1 }] };
        _broker.Publish("spBv1.0/Plant1/NDATA/n", SparkplugCodec.Encode(unnamed));
        Assert.True(await _context.UntilAsync(() => _context.UndecodedCount == 1, TimeSpan.FromSeconds(20)));
        await _broker.WaitForAsync(() => _broker.CountReceived(MqttPacketType.Publish) == 1);

        Assert.DoesNotContain(_broker.Received, static one => one.ClientId.Length > 0);

        death.Remove();
        _broker.Faults.CutConnections();
        await _broker.WaitForAsync(() => _broker.Received.Any(static one =>
            string.Equals(one.Topic, "spBv1.0/Plant1/NCMD/n", StringComparison.Ordinal)));
        var first = _broker.Received.First(static one => one.ClientId.Length > 0 && one.Topic.Length > 0);
        Assert.Equal(Topic, first.Topic);
    }

    [Fact]
    public async Task Test_OfASouthThatRuns_SaysNothingOfTheHost()
    {
        await _context.EndAsync();
        _context = new TestSouthContext(new TestContextOptions { Name = "s", IsTest = true });

        await StartAsync();
        await EndAsync();

        Assert.Empty(Told);
        Assert.DoesNotContain(_broker.Packets, static one => one.Connect?.Will is not null);
    }

    [Fact]
    public async Task South_WithoutAnId_SaysNothing()
    {
        await StartAsync(hostId: null);
        await EndAsync();

        Assert.Empty(_broker.Received);
    }

    [Theory]
    [InlineData("a/b", false, "settings.sparkplug.hostId")]
    [InlineData("", false, "settings.sparkplug.hostId")]
    [InlineData("scada", true, "settings.will")]
    [InlineData("scada", false, null)]
    public void Check_OfTheHost_FindsWhatIsWrong(string hostId, bool hasWill, string? path)
    {
        var settings = Settings(hostId) with
        {
            Will = hasWill ? new MqttWillSettings { Topic = "gone", Payload = "x" } : null,
        };

        var problems = MqttSouthCheck.Find(settings, []);

        Assert.Equal(path, problems.SingleOrDefault()?.Path);
    }

    private static SparkplugState StateOf(ReadOnlyMemory<byte> payload)
    {
        Assert.True(
            SparkplugState.TryDecode(new(payload), out var state), Encoding.UTF8.GetString(payload.Span));
        return state;
    }

    private void AssertOrder(params MqttPacketType[] types)
    {
        var found = _broker.Packets.Where(one => one.IsReceived && types.Contains(one.Type))
            .Select(static one => one.Type).Distinct();
        Assert.Equal(types, found);
    }

    private MqttSouthSettings Settings(string? hostId) => new()
    {
        Host = _broker.Host,
        Port = _broker.Port,
        MaxReconnectDelay = TimeSpan.FromSeconds(1),
        Sparkplug = new MqttSparkplugSettings { HostId = hostId },
    };

    private async Task StartAsync(string filter = "spBv1.0/Plant1/#", string? hostId = "scada")
    {
        _south = new MqttSouth(_context, Settings(hostId));
        await _south.ConnectAsync(CancellationToken.None);
        var item = new MqttItemSettings
        {
            Topic = filter,
            Payload = new MqttPayloadSettings { Format = MqttPayloadFormat.SparkplugB },
        };
        await _south.SubscribeAsync([new Item("plant", item)], CancellationToken.None);
    }

    private async Task EndAsync()
    {
        if (_south is { } south)
        {
            _south = null;
            await south.DisconnectAsync(CancellationToken.None);
            await south.StopAsync(CancellationToken.None);
        }
    }
}
