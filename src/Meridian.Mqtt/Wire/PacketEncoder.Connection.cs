using System.Buffers;

namespace Meridian.Mqtt.Wire;

/// <content>The packets that open and close a connection.</content>
internal static partial class PacketEncoder
{
    public static void WriteConnect(IBufferWriter<byte> output, ConnectPacket packet) =>
        Write(output, packet.Version, PacketType.Connect, 0, packet, WriteConnectBody);

    public static void WriteConnAck(
        IBufferWriter<byte> output, MqttProtocolVersion version, ConnAckPacket packet) =>
        Write(output, version, PacketType.ConnAck, 0, packet, static (ref writer, version, packet) =>
        {
            writer.Byte(packet.IsSessionPresent ? (byte)1 : (byte)0);
            writer.Byte(packet.ReturnCode);
            WriteProperties(ref writer, version, packet, WriteConnAckProperties);
        });

    /// <summary>DISCONNECT; a bare one before 5.0.</summary>
    public static void WriteDisconnect(
        IBufferWriter<byte> output, MqttProtocolVersion version, DisconnectPacket packet) =>
        Write(output, version, PacketType.Disconnect, 0, packet, static (ref writer, version, packet) =>
        {
            var hasProperties = packet.SessionExpirySeconds is not null || packet.ServerReference is not null
                || packet.Details is not null;
            if (version < MqttProtocolVersion.V50 || (packet.ReasonCode == MqttReasonCode.Success && !hasProperties))
            {
                return;
            }

            writer.Byte((byte)packet.ReasonCode);
            if (hasProperties)
            {
                WriteProperties(ref writer, version, packet, WriteDisconnectProperties);
            }
        });

    /// <summary>AUTH, from 5.0 on.</summary>
    public static void WriteAuth(IBufferWriter<byte> output, AuthPacket packet) =>
        Write(output, MqttProtocolVersion.V50, PacketType.Auth, 0, packet, static (ref writer, version, packet) =>
        {
            writer.Byte((byte)packet.ReasonCode);
            WriteProperties(ref writer, version, packet, static (ref writer, _, packet) =>
            {
                writer.Text(PropertyIdentifier.AuthenticationMethod, packet.Method);
                writer.Binary(PropertyIdentifier.AuthenticationData, packet.Data);
                writer.Details(packet.Details);
            });
        });

    private static void WriteConnectBody(ref SpanWriter writer, MqttProtocolVersion version, ConnectPacket packet)
    {
        var will = packet.Will;
        var flags = (packet.CleanSession ? 0x02 : 0)
            | (will is null ? 0 : 0x04 | ((int)will.Qos << 3) | (will.IsRetained ? 0x20 : 0))
            | (packet.Password is null ? 0 : 0x40)
            | (packet.UserName is null ? 0 : 0x80);
        writer.Text(version == MqttProtocolVersion.V31 ? "MQIsdp" : "MQTT");
        writer.Byte((byte)version);
        writer.Byte((byte)flags);
        writer.UInt16(packet.KeepAliveSeconds);
        WriteProperties(ref writer, version, packet, WriteConnectProperties);
        writer.Text(packet.ClientId);
        if (will is not null)
        {
            WriteProperties(ref writer, version, will, WriteWillProperties);
            writer.Text(will.Topic);
            writer.Binary(will.Payload.Span);
        }

        if (packet.UserName is not null)
        {
            writer.Text(packet.UserName);
        }

        if (packet.Password is { } password)
        {
            writer.Binary(password.Span);
        }
    }

    private static void WriteConnectProperties(
        ref SpanWriter writer, MqttProtocolVersion version, ConnectPacket packet)
    {
        if (packet.SessionExpirySeconds != 0)
        {
            writer.UInt32(PropertyIdentifier.SessionExpiryInterval, packet.SessionExpirySeconds);
        }

        if (packet.ReceiveMaximum != ushort.MaxValue)
        {
            writer.UInt16(PropertyIdentifier.ReceiveMaximum, packet.ReceiveMaximum);
        }

        if (packet.MaximumPacketSize != 0)
        {
            writer.UInt32(PropertyIdentifier.MaximumPacketSize, packet.MaximumPacketSize);
        }

        if (packet.TopicAliasMaximum != 0)
        {
            writer.UInt16(PropertyIdentifier.TopicAliasMaximum, packet.TopicAliasMaximum);
        }

        if (packet.RequestResponseInformation)
        {
            writer.Flag(PropertyIdentifier.RequestResponseInformation, value: true);
        }

        if (!packet.RequestProblemInformation)
        {
            writer.Flag(PropertyIdentifier.RequestProblemInformation, value: false);
        }

        writer.UserProperties(packet.UserProperties);
        writer.Text(PropertyIdentifier.AuthenticationMethod, packet.AuthenticationMethod);
        writer.Binary(PropertyIdentifier.AuthenticationData, packet.AuthenticationData);
    }

    private static void WriteWillProperties(ref SpanWriter writer, MqttProtocolVersion version, MqttWill will)
    {
        if (will.Delay > TimeSpan.Zero)
        {
            writer.UInt32(PropertyIdentifier.WillDelayInterval, WireTime.ToSeconds(will.Delay));
        }

        writer.Message(will.Properties);
    }

    private static void WriteConnAckProperties(
        ref SpanWriter writer, MqttProtocolVersion version, ConnAckPacket packet)
    {
        if (packet.SessionExpirySeconds is { } expiry)
        {
            writer.UInt32(PropertyIdentifier.SessionExpiryInterval, expiry);
        }

        if (packet.ReceiveMaximum != ushort.MaxValue)
        {
            writer.UInt16(PropertyIdentifier.ReceiveMaximum, packet.ReceiveMaximum);
        }

        if (packet.MaximumQos != MqttQos.ExactlyOnce)
        {
            writer.Flag(PropertyIdentifier.MaximumQos, packet.MaximumQos == MqttQos.AtLeastOnce);
        }

        WriteUnlessTrue(ref writer, PropertyIdentifier.RetainAvailable, packet.IsRetainAvailable);
        if (packet.MaximumPacketSize != 0)
        {
            writer.UInt32(PropertyIdentifier.MaximumPacketSize, packet.MaximumPacketSize);
        }

        writer.Text(PropertyIdentifier.AssignedClientIdentifier, packet.AssignedClientId);
        if (packet.TopicAliasMaximum != 0)
        {
            writer.UInt16(PropertyIdentifier.TopicAliasMaximum, packet.TopicAliasMaximum);
        }

        writer.Details(packet.Details);
        WriteUnlessTrue(
            ref writer, PropertyIdentifier.WildcardSubscriptionAvailable, packet.IsWildcardSubscriptionAvailable);
        WriteUnlessTrue(
            ref writer, PropertyIdentifier.SubscriptionIdentifierAvailable, packet.IsSubscriptionIdentifierAvailable);
        WriteUnlessTrue(
            ref writer, PropertyIdentifier.SharedSubscriptionAvailable, packet.IsSharedSubscriptionAvailable);
        if (packet.ServerKeepAliveSeconds is { } keepAlive)
        {
            writer.UInt16(PropertyIdentifier.ServerKeepAlive, keepAlive);
        }

        writer.Text(PropertyIdentifier.ResponseInformation, packet.ResponseInformation);
        writer.Text(PropertyIdentifier.ServerReference, packet.ServerReference);
        writer.Text(PropertyIdentifier.AuthenticationMethod, packet.AuthenticationMethod);
        writer.Binary(PropertyIdentifier.AuthenticationData, packet.AuthenticationData);
    }

    private static void WriteDisconnectProperties(
        ref SpanWriter writer, MqttProtocolVersion version, DisconnectPacket packet)
    {
        if (packet.SessionExpirySeconds is { } expiry)
        {
            writer.UInt32(PropertyIdentifier.SessionExpiryInterval, expiry);
        }

        writer.Details(packet.Details);
        writer.Text(PropertyIdentifier.ServerReference, packet.ServerReference);
    }

    private static void WriteUnlessTrue(ref SpanWriter writer, PropertyIdentifier identifier, bool value)
    {
        if (!value)
        {
            writer.Flag(identifier, value);
        }
    }
}
