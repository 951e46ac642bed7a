using System.Buffers;
using Meridian.Mqtt.Wire;

namespace Meridian.Mqtt.Tests.Wire;

/// <summary>A valid packet of any type, version and content, drawn from a seed.</summary>
internal sealed class AnyPacket
{
    private static readonly MqttReasonCode[] Failures =
        [.. Enum.GetValues<MqttReasonCode>().Where(static code => code >= MqttReasonCode.UnspecifiedError)];

    private readonly Random _random;
    private readonly ArrayBufferWriter<byte> _output = new();

    public AnyPacket(int seed)
    {
        _random = new Random(seed);
        Version = One([MqttProtocolVersion.V31, MqttProtocolVersion.V311, MqttProtocolVersion.V50]);
    }

    public MqttProtocolVersion Version { get; }

    private bool Is5 => Version == MqttProtocolVersion.V50;

    public byte[] Write()
    {
        switch (_random.Next(11))
        {
            case 0:
                PacketEncoder.WriteConnect(_output, Connect());
                break;
            case 1:
                PacketEncoder.WriteConnAck(_output, Version, ConnAck());
                break;
            case 2 or 3:
                PacketEncoder.WritePublish(_output, Version, Publish());
                break;
            case 4:
                PacketEncoder.WriteAcknowledgement(
                    _output,
                    Version,
                    One([PacketType.PubAck, PacketType.PubRec, PacketType.PubRel, PacketType.PubComp]),
                    Is5 ? new AcknowledgementPacket(Identifier(), Code(), Details()) : new(Identifier()));
                break;
            case 5:
                PacketEncoder.WriteSubscribe(_output, Version, new SubscribePacket(Identifier(), Many(Subscription))
                {
                    SubscriptionIdentifier = Is5 && Coin() ? (uint)_random.Next(1, 268_435_456) : 0,
                    UserProperties = User(),
                });
                break;
            case 6:
                PacketEncoder.WriteSubAck(
                    _output,
                    Version,
                    new SubAckPacket(Identifier(), Many(() => One<byte>([0, 1, 2, 0x80])), Details()));
                break;
            case 7:
                PacketEncoder.WriteUnsubscribe(
                    _output, Version, new UnsubscribePacket(Identifier(), Many(Topic)) { UserProperties = User() });
                break;
            case 8:
                PacketEncoder.WriteUnsubAck(
                    _output,
                    Version,
                    new UnsubAckPacket(Identifier(), Many(() => One<byte>([0, 0x11, 0x87])), Details()));
                break;
            case 9 when Is5:
                PacketEncoder.WriteAuth(
                    _output, new AuthPacket(Code(), "m", Maybe(Bytes)) { Details = Details() });
                break;
            default:
                PacketEncoder.WriteDisconnect(_output, Version, Disconnect());
                break;
        }

        return _output.WrittenSpan.ToArray();
    }

    /// <summary>The bytes of what was read.</summary>
    public static byte[] Rewrite(in Frame frame, MqttProtocolVersion version)
    {
        var output = new ArrayBufferWriter<byte>();
        switch (frame.Type)
        {
            case PacketType.Connect:
                PacketEncoder.WriteConnect(output, PacketDecoder.ReadConnect(frame));
                break;
            case PacketType.ConnAck:
                PacketEncoder.WriteConnAck(output, version, PacketDecoder.ReadConnAck(frame, version));
                break;
            case PacketType.Publish:
                PacketEncoder.WritePublish(output, version, new PacketDecoder().ReadPublish(frame, version));
                break;
            case PacketType.Subscribe:
                PacketEncoder.WriteSubscribe(output, version, PacketDecoder.ReadSubscribe(frame, version));
                break;
            case PacketType.SubAck:
                PacketEncoder.WriteSubAck(output, version, PacketDecoder.ReadSubAck(frame, version));
                break;
            case PacketType.Unsubscribe:
                PacketEncoder.WriteUnsubscribe(output, version, PacketDecoder.ReadUnsubscribe(frame, version));
                break;
            case PacketType.UnsubAck:
                PacketEncoder.WriteUnsubAck(output, version, PacketDecoder.ReadUnsubAck(frame, version));
                break;
            case PacketType.Disconnect:
                PacketEncoder.WriteDisconnect(output, version, PacketDecoder.ReadDisconnect(frame, version));
                break;
            case PacketType.Auth:
                PacketEncoder.WriteAuth(output, PacketDecoder.ReadAuth(frame));
                break;
            default:
                PacketEncoder.WriteAcknowledgement(
                    output, version, frame.Type, PacketDecoder.ReadAcknowledgement(frame, version));
                break;
        }

        return output.WrittenSpan.ToArray();
    }

    private ConnectPacket Connect()
    {
        var hasUser = Coin();
        var packet = new ConnectPacket
        {
            Version = Version,
            ClientId = Words(),
            CleanSession = Coin(),
            KeepAliveSeconds = Number(),
            UserName = hasUser ? Words() : null,
            Password = hasUser || Is5 ? Maybe(Bytes) : null,
            Will = !Coin() ? null : new MqttWill
            {
                Topic = Topic(),
                Payload = Bytes(),
                Qos = Qos(),
                IsRetained = Coin(),
                Delay = TimeSpan.FromSeconds(_random.Next(3)),
                Properties = Message(),
            },
        };
        return !Is5 ? packet : packet with
        {
            SessionExpirySeconds = (uint)_random.Next(3),
            ReceiveMaximum = Identifier(),
            MaximumPacketSize = (uint)_random.Next(3),
            TopicAliasMaximum = Number(),
            RequestProblemInformation = Coin(),
            RequestResponseInformation = Coin(),
            UserProperties = User(),
            AuthenticationMethod = "m",
            AuthenticationData = Maybe(Bytes),
        };
    }

    private ConnAckPacket ConnAck()
    {
        var isPresent = Coin() && Version != MqttProtocolVersion.V31;
        var packet = new ConnAckPacket(isPresent, isPresent ? (byte)0 : (byte)_random.Next(6));
        return !Is5 ? packet : packet with
        {
            SessionExpirySeconds = Coin() ? (uint)_random.Next(3) : null,
            ReceiveMaximum = Identifier(),
            MaximumQos = Qos(),
            IsRetainAvailable = Coin(),
            MaximumPacketSize = (uint)_random.Next(3),
            AssignedClientId = Coin() ? Words() : null,
            TopicAliasMaximum = Number(),
            Details = Details(),
            IsWildcardSubscriptionAvailable = Coin(),
            IsSubscriptionIdentifierAvailable = Coin(),
            IsSharedSubscriptionAvailable = Coin(),
            ServerKeepAliveSeconds = Coin() ? Number() : null,
            ResponseInformation = Coin() ? Words() : null,
            ServerReference = Coin() ? Words() : null,
            AuthenticationMethod = "m",
            AuthenticationData = Maybe(Bytes),
        };
    }

    private PublishPacket Publish()
    {
        var qos = Qos();
        var alias = Is5 && Coin() ? Identifier() : (ushort)0;
        var subscriptions = _random.Next(4); // With three the first is none: what is sent is the list alone.
        return new PublishPacket
        {
            Topic = alias != 0 && Coin() ? "" : Topic(),
            Payload = new ReadOnlySequence<byte>(Bytes()),
            Qos = qos,
            IsRetained = Coin(),
            IsDuplicate = qos != MqttQos.AtMostOnce && Coin(),
            PacketIdentifier = qos == MqttQos.AtMostOnce ? (ushort)0 : Identifier(),
            TopicAlias = alias,
            SubscriptionIdentifier = subscriptions is 1 or 2 ? 200u : 0,
            MoreSubscriptionIdentifiers = subscriptions > 1 ? [1, 268_435_455] : null,
            Properties = Message(),
        };
    }

    private DisconnectPacket Disconnect() => new(Coin() ? MqttReasonCode.Success : Code())
    {
        SessionExpirySeconds = Coin() ? Number() : null,
        ServerReference = Coin() ? Words() : null,
        Details = Details(),
    };

    private MqttMessageProperties? Message() => !Coin() ? null : new MqttMessageProperties
    {
        IsText = Coin(),
        Expiry = Coin() ? TimeSpan.FromSeconds(_random.Next()) : null,
        ContentType = Coin() ? Words() : null,
        ResponseTopic = Coin() ? Topic() : null,
        CorrelationData = Maybe(Bytes),
        UserProperties = User(),
    };

    private ReasonDetails? Details() => !Coin() ? null : new ReasonDetails(Words(), User());

    private MqttSubscriptionRequest Subscription() => !Is5
        ? new MqttSubscriptionRequest(Topic() + "/#", Qos())
        : new MqttSubscriptionRequest(Topic() + "/+", Qos())
        {
            NoLocal = Coin(),
            RetainAsPublished = Coin(),
            RetainHandling = One([MqttRetainHandling.Send, MqttRetainHandling.SendIfNew, MqttRetainHandling.DoNotSend]),
        };

    private MqttUserProperty[] User() =>
        [.. Enumerable.Range(0, _random.Next(3)).Select(_ => new MqttUserProperty(Words(), Words()))];

    private MqttReasonCode Code() => One(Failures);

    private MqttQos Qos() => (MqttQos)_random.Next(3);

    private ushort Number() => (ushort)_random.Next(65_536);

    private ushort Identifier() => (ushort)_random.Next(1, 65_536);

    private string Topic() => "plant/" + Words();

    private string Words() => One(["", "a", "line ä", "Ω", "𝄞", new string('x', 200)]);

    private byte[] Bytes()
    {
        var bytes = new byte[_random.Next(20)];
        _random.NextBytes(bytes);
        return bytes;
    }

    private ReadOnlyMemory<byte>? Maybe(Func<byte[]> bytes) => Coin() ? bytes() : default(ReadOnlyMemory<byte>?);

    private List<T> Many<T>(Func<T> one) => [.. Enumerable.Range(0, _random.Next(1, 4)).Select(_ => one())];

    private T One<T>(T[] from) => from[_random.Next(from.Length)];

    private bool Coin() => _random.Next(2) == 0;
}
