namespace Meridian.Mqtt.Testing.Authentication;

/// <summary>The broker's side of an enhanced authentication (MQTT 5.0 §4.12).</summary>
/// <remarks>
/// A broker with one takes only clients that use its method: others are refused with
/// <see cref="MqttReasonCode.BadAuthenticationMethod"/>, and those that use none, and all before 5.0, with
/// <see cref="MqttReasonCode.NotAuthorized"/>.
/// </remarks>
public interface IMqttTestAuthenticator
{
    /// <summary>The Authentication Method, such as <c>SCRAM-SHA-256</c>.</summary>
    string Method { get; }

    /// <summary>Begins an exchange: at a CONNECT, and at each re-authentication.</summary>
    /// <param name="clientId">Who wants in; may be empty.</param>
    IMqttTestAuthentication Begin(string clientId);
}

/// <summary>One exchange. Called by one connection at a time, within the broker's lock: it must not wait.</summary>
public interface IMqttTestAuthentication
{
    /// <summary>Takes what the client sent and says how it goes on.</summary>
    /// <param name="data">The Authentication Data of CONNECT or AUTH; empty when there were none.</param>
    MqttTestAuthenticationStep Advance(ReadOnlyMemory<byte> data);
}

/// <summary>How an exchange goes on.</summary>
/// <param name="Reason">
/// <see cref="MqttReasonCode.ContinueAuthentication"/>, <see cref="MqttReasonCode.Success"/> or the reason of a
/// refusal.
/// </param>
/// <param name="Data">What the client gets; null for nothing.</param>
public sealed record MqttTestAuthenticationStep(MqttReasonCode Reason, ReadOnlyMemory<byte>? Data)
{
    /// <summary>Another round.</summary>
    /// <param name="data">What the client gets.</param>
    public static MqttTestAuthenticationStep Challenge(ReadOnlyMemory<byte> data) =>
        new(MqttReasonCode.ContinueAuthentication, data);

    /// <summary>The client is who it says.</summary>
    /// <param name="data">What the client gets with it; null for nothing.</param>
    public static MqttTestAuthenticationStep Succeed(ReadOnlyMemory<byte>? data = null) =>
        new(MqttReasonCode.Success, data);

    /// <summary>The client may not come in.</summary>
    /// <param name="reason">Why.</param>
    public static MqttTestAuthenticationStep Refuse(MqttReasonCode reason = MqttReasonCode.NotAuthorized) =>
        new(reason, null);
}
