using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using Meridian.Mqtt.Wire;

namespace Meridian.Mqtt.Tests.Wire;

/// <summary>
/// A packet as our decoder reads it, in the words of mqtt-packet (npm), so that both can be compared: buffers as
/// hexadecimal text, and without what equals the protocol's defaults.
/// </summary>
internal static class ForeignPacket
{
    [SuppressMessage("Globalization", "CA1308:Normalize to uppercase", Justification = "Its words are lower case.")]
    public static JsonObject Of(in Frame frame, MqttProtocolVersion version)
    {
        var is5 = version == MqttProtocolVersion.V50;
        var packet = new JsonObject { ["cmd"] = frame.Type.ToString().ToLowerInvariant() };
        switch (frame.Type)
        {
            case PacketType.Connect: OfConnect(packet, PacketDecoder.ReadConnect(frame)); break;
            case PacketType.ConnAck: OfConnAck(packet, PacketDecoder.ReadConnAck(frame, version), is5); break;
            case PacketType.Publish: OfPublish(packet, new PacketDecoder().ReadPublish(frame, version)); break;
            case PacketType.Subscribe: OfSubscribe(packet, PacketDecoder.ReadSubscribe(frame, version), is5); break;
            case PacketType.SubAck: OfSubAck(packet, PacketDecoder.ReadSubAck(frame, version)); break;
            case PacketType.Unsubscribe: OfUnsubscribe(packet, PacketDecoder.ReadUnsubscribe(frame, version)); break;
            case PacketType.UnsubAck: OfUnsubAck(packet, PacketDecoder.ReadUnsubAck(frame, version), is5); break;
            case PacketType.Disconnect: OfDisconnect(packet, PacketDecoder.ReadDisconnect(frame, version), is5); break;
            case PacketType.Auth: OfAuth(packet, PacketDecoder.ReadAuth(frame)); break;
            default: OfAcknowledgement(packet, PacketDecoder.ReadAcknowledgement(frame, version), is5); break;
        }

        return packet;
    }

    private static void OfConnect(JsonObject packet, ConnectPacket connect)
    {
        packet["protocolId"] = connect.Version == MqttProtocolVersion.V31 ? "MQIsdp" : "MQTT";
        packet["protocolVersion"] = (int)connect.Version;
        packet["clean"] = connect.CleanSession;
        packet["keepalive"] = connect.KeepAliveSeconds;
        packet["clientId"] = connect.ClientId;
        Add(packet, "username", connect.UserName);
        Add(packet, "password", Hex(connect.Password));
        if (connect.Will is { } will)
        {
            var properties = OfMessage(will.Properties);
            Add(properties, "willDelayInterval", (uint)will.Delay.TotalSeconds, 0u);
            packet["will"] = With(
                new JsonObject
                {
                    ["topic"] = will.Topic,
                    ["payload"] = Hex(will.Payload),
                    ["qos"] = (int)will.Qos,
                    ["retain"] = will.IsRetained,
                },
                properties);
        }

        var own = OfUser(connect.UserProperties);
        Add(own, "sessionExpiryInterval", connect.SessionExpirySeconds, 0u);
        Add(own, "receiveMaximum", connect.ReceiveMaximum, ushort.MaxValue);
        Add(own, "maximumPacketSize", connect.MaximumPacketSize, 0u);
        Add(own, "topicAliasMaximum", connect.TopicAliasMaximum, (ushort)0);
        Add(own, "requestResponseInformation", connect.RequestResponseInformation, false);
        Add(own, "requestProblemInformation", connect.RequestProblemInformation, true);
        AddAuthentication(own, connect.AuthenticationMethod, connect.AuthenticationData);
        With(packet, own);
    }

    private static void OfConnAck(JsonObject packet, ConnAckPacket connAck, bool is5)
    {
        packet["sessionPresent"] = connAck.IsSessionPresent;
        packet[is5 ? "reasonCode" : "returnCode"] = connAck.ReturnCode;
        var own = OfDetails(connAck.Details);
        Add(own, "sessionExpiryInterval", connAck.SessionExpirySeconds);
        Add(own, "receiveMaximum", connAck.ReceiveMaximum, ushort.MaxValue);
        Add(own, "maximumQoS", (int)connAck.MaximumQos, 2);
        Add(own, "retainAvailable", connAck.IsRetainAvailable, true);
        Add(own, "maximumPacketSize", connAck.MaximumPacketSize, 0u);
        Add(own, "assignedClientIdentifier", connAck.AssignedClientId);
        Add(own, "topicAliasMaximum", connAck.TopicAliasMaximum, (ushort)0);
        Add(own, "wildcardSubscriptionAvailable", connAck.IsWildcardSubscriptionAvailable, true);
        Add(own, "subscriptionIdentifiersAvailable", connAck.IsSubscriptionIdentifierAvailable, true);
        Add(own, "sharedSubscriptionAvailable", connAck.IsSharedSubscriptionAvailable, true);
        Add(own, "serverKeepAlive", connAck.ServerKeepAliveSeconds);
        Add(own, "responseInformation", connAck.ResponseInformation);
        Add(own, "serverReference", connAck.ServerReference);
        AddAuthentication(own, connAck.AuthenticationMethod, connAck.AuthenticationData);
        With(packet, own);
    }

    private static void OfPublish(JsonObject packet, in PublishPacket publish)
    {
        packet["topic"] = publish.Topic;
        packet["payload"] = Hex(publish.Payload.ToArray());
        packet["qos"] = (int)publish.Qos;
        packet["dup"] = publish.IsDuplicate;
        packet["retain"] = publish.IsRetained;
        Add(packet, "messageId", publish.PacketIdentifier, (ushort)0);
        var own = OfMessage(publish.Properties);
        Add(own, "topicAlias", publish.TopicAlias, (ushort)0);
        uint[] identifiers = publish.SubscriptionIdentifier == 0
            ? publish.MoreSubscriptionIdentifiers ?? []
            : [publish.SubscriptionIdentifier, .. publish.MoreSubscriptionIdentifiers ?? []];
        if (identifiers.Length > 0)
        {
            own["subscriptionIdentifier"] =
                identifiers.Length == 1 ? JsonValue.Create(identifiers[0]) : Many(identifiers);
        }

        With(packet, own);
    }

    private static void OfAcknowledgement(JsonObject packet, in AcknowledgementPacket acknowledgement, bool is5)
    {
        packet["messageId"] = acknowledgement.PacketIdentifier;
        if (is5)
        {
            packet["reasonCode"] = (byte)acknowledgement.ReasonCode;
        }

        With(packet, OfDetails(acknowledgement.Details));
    }

    private static void OfSubscribe(JsonObject packet, SubscribePacket subscribe, bool is5)
    {
        packet["messageId"] = subscribe.PacketIdentifier;
        packet["subscriptions"] = new JsonArray([.. subscribe.Subscriptions.Select(asked =>
        {
            var one = new JsonObject { ["topic"] = asked.Filter, ["qos"] = (int)asked.Qos };
            if (is5)
            {
                one["nl"] = asked.NoLocal;
                one["rap"] = asked.RetainAsPublished;
                one["rh"] = (int)asked.RetainHandling;
            }

            return one;
        })]);
        var own = OfUser(subscribe.UserProperties);
        Add(own, "subscriptionIdentifier", subscribe.SubscriptionIdentifier, 0u);
        With(packet, own);
    }

    private static void OfSubAck(JsonObject packet, SubAckPacket subAck)
    {
        packet["messageId"] = subAck.PacketIdentifier;
        packet["granted"] = Many(subAck.ReturnCodes);
        With(packet, OfDetails(subAck.Details));
    }

    private static void OfUnsubscribe(JsonObject packet, UnsubscribePacket unsubscribe)
    {
        packet["messageId"] = unsubscribe.PacketIdentifier;
        packet["unsubscriptions"] = Many(unsubscribe.Filters);
        With(packet, OfUser(unsubscribe.UserProperties));
    }

    private static void OfUnsubAck(JsonObject packet, UnsubAckPacket unsubAck, bool is5)
    {
        packet["messageId"] = unsubAck.PacketIdentifier;
        if (is5)
        {
            packet["granted"] = Many(unsubAck.ReturnCodes);
        }

        With(packet, OfDetails(unsubAck.Details));
    }

    private static void OfDisconnect(JsonObject packet, DisconnectPacket disconnect, bool is5)
    {
        if (is5)
        {
            packet["reasonCode"] = (byte)disconnect.ReasonCode;
        }

        var own = OfDetails(disconnect.Details);
        Add(own, "sessionExpiryInterval", disconnect.SessionExpirySeconds);
        Add(own, "serverReference", disconnect.ServerReference);
        With(packet, own);
    }

    private static void OfAuth(JsonObject packet, AuthPacket auth)
    {
        packet["reasonCode"] = (byte)auth.ReasonCode;
        var own = OfDetails(auth.Details);
        AddAuthentication(own, auth.Method, auth.Data);
        With(packet, own);
    }

    private static JsonObject OfMessage(MqttMessageProperties? message)
    {
        var own = OfUser(message?.UserProperties ?? []);
        Add(own, "payloadFormatIndicator", message?.IsText ?? false, false);
        Add(own, "messageExpiryInterval", (uint?)message?.Expiry?.TotalSeconds);
        Add(own, "contentType", message?.ContentType);
        Add(own, "responseTopic", message?.ResponseTopic);
        Add(own, "correlationData", Hex(message?.CorrelationData));
        return own;
    }

    private static JsonObject OfDetails(ReasonDetails? details)
    {
        var own = OfUser(details?.UserProperties ?? []);
        Add(own, "reasonString", details?.ReasonString);
        return own;
    }

    /// <summary>By name, as mqtt-packet keeps them; it loses an empty value that another of its name follows.</summary>
    private static JsonObject OfUser(IReadOnlyList<MqttUserProperty> properties)
    {
        var byName = new JsonObject();
        foreach (var (name, value) in properties)
        {
            if (byName[name] is not JsonArray values
                || (values.Count == 1 && values[0]!.GetValue<string>().Length == 0))
            {
                byName[name] = new JsonArray(value);
            }
            else
            {
                values.Add(value);
            }
        }

        return byName.Count == 0 ? [] : new JsonObject { ["userProperties"] = byName };
    }

    private static void AddAuthentication(JsonObject own, string? method, ReadOnlyMemory<byte>? data)
    {
        Add(own, "authenticationMethod", method);
        Add(own, "authenticationData", Hex(data));
    }

    private static JsonObject With(JsonObject packet, JsonObject properties)
    {
        if (properties.Count > 0)
        {
            packet["properties"] = properties;
        }

        return packet;
    }

    private static void Add(JsonObject to, string name, string? value)
    {
        if (value is not null)
        {
            to[name] = value;
        }
    }

    private static void Add<T>(JsonObject to, string name, T? value)
        where T : struct
    {
        if (value is { } given)
        {
            to[name] = JsonValue.Create(given);
        }
    }

    private static void Add<T>(JsonObject to, string name, T value, T usual)
        where T : struct
    {
        if (!value.Equals(usual))
        {
            to[name] = JsonValue.Create(value);
        }
    }

    private static JsonArray Many<T>(IEnumerable<T> values) =>
        new([.. values.Select(static value => (JsonNode?)JsonValue.Create(value))]);

    private static string? Hex(ReadOnlyMemory<byte>? bytes) =>
        bytes is { } given ? Convert.ToHexString(given.Span) : null;
}
