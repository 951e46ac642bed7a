using System.Globalization;
using System.Text;
using Meridian.Configuration;
using Meridian.Configuration.Schedules;
using Meridian.Connectors.Mqtt;
using Meridian.Connectors.Mqtt.North;
using Meridian.Connectors.Mqtt.South;
using Meridian.Engine.Supervision;
using Meridian.Engine.Tests.Peers;
using Meridian.Mqtt;
using Meridian.Mqtt.Testing;
using Meridian.Sdk;
using Meridian.Sdk.North;
using Meridian.Sdk.Settings;
using Meridian.Sdk.South;

namespace Meridian.Engine.Tests.Faults;

/// <summary>
/// A gateway and a broker with one clock. To the MQTT North "blocked", which may be 64 KiB behind, come the scripted
/// South "s" and the MQTT South "pressed"; the MQTT South "free" goes to a North of its own. Every datum is a number,
/// given once.
/// </summary>
internal sealed class BlockedPlant : IAsyncDisposable
{
    /// <summary>Of both MQTT Souths.</summary>
    public static readonly TimeSpan KeepAlive = TimeSpan.FromSeconds(60);

    /// <summary>Short enough that the blocked one pings before it gives up a connection without acknowledgements.
    /// </summary>
    public static readonly TimeSpan NorthKeepAlive = TimeSpan.FromSeconds(24);

    /// <summary>How many messages an MQTT South holds before it reads no further.</summary>
    public const int ReceiveMaximum = 100;

    private const int PerOffer = 500;

    private readonly List<long> _other = [];
    private int _otherCount;
    private Task _offering = Task.CompletedTask;
    private int _offers;
    private ulong _number;

    public MqttTestBroker Broker { get; private set; } = null!; // set when it is started

    public ClientWatch PressedWatch { get; private set; } = null!; // as the broker

    public ClientWatch FreeWatch { get; private set; } = null!; // as the broker

    public ClientWatch BlockedWatch { get; private set; } = null!; // as the broker

    public TestGateway Gateway { get; } = new(TimeSpan.FromMinutes(2));

    /// <summary>What goes to the blocked North.</summary>
    public HashSet<long> Pressed { get; } = [];

    /// <summary>What goes past it.</summary>
    public HashSet<long> Free { get; } = [];

    public int AtOtherCount => Volatile.Read(ref _otherCount);

    public IReadOnlyCollection<long> AtOther
    {
        get
        {
            lock (_other)
            {
                return [.. _other];
            }
        }
    }

    /// <summary>Whether "s" waits for its offer to be taken.</summary>
    public bool IsPressed => !_offering.IsCompleted;

    public async Task StartAsync()
    {
        Broker = await MqttTestBroker.StartAsync(new MqttTestBrokerOptions
        {
            Time = Gateway.Clock,
            MaxKeptPackets = 0,
            MaxKeptMessages = 50_000,
        });
        PressedWatch = new ClientWatch(Broker, Gateway.Clock, "pressed");
        FreeWatch = new ClientWatch(Broker, Gateway.Clock, "free");
        BlockedWatch = new ClientWatch(Broker, Gateway.Clock, "blocked");
        Gateway.Config = Config();
        await Gateway.RunAsync();
        await Gateway.UntilLaterAsync(IsRunning, TimeSpan.FromMilliseconds(10));
    }

    /// <summary>Lets the pressed Souths give, until they are not taken from.</summary>
    public void Press(int messages)
    {
        for (var left = messages; left > 0; left--)
        {
            Pressed.Add(Publish("pressed/p"));
        }

        if (!IsPressed)
        {
            long[] values = [.. Enumerable.Range(0, PerOffer).Select(_ => NextNumber())];
            Pressed.UnionWith(values);
            _offering = Gateway.South.OfferAsync(++_offers, values).AsTask();
        }
    }

    public void GiveFree(int messages)
    {
        for (var left = messages; left > 0; left--)
        {
            Free.Add(Publish("free/p"));
        }
    }

    public bool IsConnected(string client) => Broker.Sessions
        .Any(session => session.IsConnected && string.Equals(session.ClientId, client, StringComparison.Ordinal));

    /// <summary>The numbers that a broker had from the blocked North, in order, repeats included.</summary>
    public IReadOnlyList<long> Arrived() =>
    [
        .. Broker.Received
            .Where(static message => message.Topic.StartsWith("out/", StringComparison.Ordinal))
            .Select(static message =>
                long.Parse(Encoding.UTF8.GetString(message.Payload.Span), CultureInfo.InvariantCulture)),
    ];

    public bool IsRunning() => Gateway.Engine.GetStatus() is var status
        && status.Souths.All(static one => one.Connector.State == ConnectorState.Running)
        && status.Norths.All(static one => one.Connector.State == ConnectorState.Running);

    public async ValueTask DisposeAsync()
    {
        await Gateway.DisposeAsync();
        await Broker.DisposeAsync();
        PressedWatch.Dispose();
        FreeWatch.Dispose();
        BlockedWatch.Dispose();
    }

    /// <summary>All different and without a pattern, so that the journal stores eight bytes for each (SplitMix64).
    /// </summary>
    private long NextNumber()
    {
        var mixed = ++_number * 0x9E37_79B9_7F4A_7C15;
        mixed = (mixed ^ (mixed >> 30)) * 0xBF58_476D_1CE4_E5B9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D0_49BB_1331_11EB;
        return unchecked((long)(mixed ^ (mixed >> 31)));
    }

    private long Publish(string topic)
    {
        var number = NextNumber();
        var payload = Encoding.UTF8.GetBytes(number.ToString(CultureInfo.InvariantCulture));
        Broker.Publish(topic, payload, MqttQos.AtLeastOnce);
        return number;
    }

    private MeridianConfig Config()
    {
        var other = new NorthPeer();
        other.Answer(batch =>
        {
            lock (_other)
            {
                foreach (var reading in batch.Readings.Span)
                {
                    _other.Add(reading.Value.AsInt64());
                }

                Volatile.Write(ref _otherCount, _other.Count);
            }

            return DeliveryOutcome.Delivered;
        });
        return new MeridianConfig
        {
            Souths = [Gateway.South.Config("s"), MqttSouth("pressed"), MqttSouth("free")],
            Norths =
            [
                new NorthConfig
                {
                    Name = "blocked",
                    Manifest = MqttConnectors.Manifests.OfType<NorthManifest>().Single(),
                    From = ["s", "pressed"],
                    Lag = new LagConfig { MaxBytes = new ByteSize(64 * 1024) },
                    Settings = new MqttNorthSettings
                    {
                        Host = Broker.Host,
                        Port = Broker.Port,
                        ClientId = "blocked",
                        Topic = "out/{point}",
                        Format = MqttNorthFormat.Value,
                        KeepAlive = NorthKeepAlive,
                        Window = 50,
                    },
                },
                other.Config("other") with { From = ["free"] },
            ],
        };
    }

    private SouthConfig MqttSouth(string name) => new()
    {
        Name = name,
        Manifest = MqttConnectors.Manifests.OfType<SouthManifest>().Single(),
        Settings = new MqttSouthSettings
        {
            Host = Broker.Host,
            Port = Broker.Port,
            ClientId = name,
            KeepAlive = KeepAlive,
            ReceiveMaximum = ReceiveMaximum,
            ConnectTimeout = TimeSpan.FromMinutes(10),
        },
        Items =
        [
            new ItemConfig
            {
                Item = new Item(name, new MqttItemSettings { Topic = $"{name}/#" }),
                Schedule = SubscriptionSchedule.Instance,
                Capability = SouthCapabilities.Subscription,
            },
        ],
    };
}
