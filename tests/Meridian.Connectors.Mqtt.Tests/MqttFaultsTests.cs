using Meridian.Connectors.Mqtt.North;
using Meridian.Mqtt;
using Meridian.Sdk.Faults;
using Meridian.Sdk.Settings;

namespace Meridian.Connectors.Mqtt.Tests;

/// <summary>What the engine makes of each error of the client, and what a person reads.</summary>
public sealed class MqttFaultsTests
{
    private static readonly MqttNorthSettings Settings = new()
    {
        Host = "broker",
        UserName = "gateway",
        Password = new Secret("s3cret"),
    };

    public static TheoryData<MqttException, Fault, bool, string> Errors => new()
    {
        {
            new MqttConnectionLostException("The server mqtt://broker:1883 cannot be reached: it refuses connections."),
            Fault.Unreachable, true, "There is no connection to broker broker:1883: it refuses connections."
        },
        {
            new MqttConnectionLostException("The server mqtt://other:1883 cannot be reached: it refuses connections."),
            Fault.Unreachable, true, "There is no connection to broker broker:1883: the server mqtt://other:1883 cannot"
        },
        {
            new MqttConnectionLostException("The server closed the connection."),
            Fault.Unreachable, true, "There is no connection to broker broker:1883: it closed the connection."
        },
        {
            new MqttTimeoutException("The server did not answer PUBLISH within AcknowledgementTimeout, 30 s."),
            Fault.Unreachable, true,
            "broker:1883 does not answer: it did not answer PUBLISH within settings.acknowledgementTimeout, 30 s."
        },
        {
            new MqttProxyException("Set Proxy.UserName.", 407, isTransient: false),
            Fault.Unauthorized, true, "refuses the credentials: set settings.proxy.userName."
        },
        {
            new MqttProxyException("No way.", 502, isTransient: true),
            Fault.Unreachable, true, "There is no connection to broker broker:1883: no way."
        },
        { new MqttWebSocketException("Away.", 403), Fault.Unauthorized, true, "refuses the access: away." },
        { new MqttWebSocketException("Away.", 404), Fault.Unreachable, true, "There is no connection to broker" },
        {
            new MqttProtocolException("1.2", MqttReasonCode.MalformedPacket, "A packet is cut."),
            Fault.Malformed, true, "sent what is not MQTT: a packet is cut. [1.2] Check that an MQTT broker listens"
        },
        {
            new MqttProtocolException("1.2", MqttReasonCode.PacketTooLarge, "A packet is large."),
            Fault.Malformed, true, "sent more than settings.maxPacketSize, 16 MiB, lets through"
        },
        {
            new MqttRejectedException(MqttReasonCode.QuotaExceeded, "Full."),
            Fault.Rejected, true, "Broker broker:1883 does not do what is asked of it: full."
        },
        {
            new MqttRejectedException(MqttReasonCode.TopicNameInvalid, "Wrong."),
            Fault.Rejected, true, "Broker broker:1883 does not do what is asked of it: wrong."
        },
        {
            new MqttRejectedException(MqttReasonCode.NotAuthorized, "Not there."),
            Fault.Unauthorized, true, "Broker broker:1883 does not give this client the right to that: not there. Grant"
        },
    };

    public static TheoryData<MqttException, Fault, bool, string> TlsErrors => new()
    {
        { new MqttTlsException("Nobody."), Fault.Unauthorized, true, "do not trust each other: nobody." },
        {
            new MqttTlsException("Other bytes.") { IsPeerWithoutTls = true },
            Fault.Malformed, true, "does not speak TLS there: other bytes."
        },
        {
            new MqttTlsException("The server mqtt://broker:1883 closed it.") { IsConnectionClosed = true },
            Fault.Unreachable, true, "There is no connection to broker broker:1883: it closed it."
        },
        {
            new MqttTlsException(
                "Tls.FindCertificateAuthorities failed for the server mqtt://broker:1883: it is away.",
                new ConnectorException(Fault.Misconfigured, isTransient: true, "It is away.")),
            Fault.Misconfigured, true, "There is no connection to broker broker:1883: settings.tls.caFile failed"
        },
    };

    public static TheoryData<MqttException, Fault, bool, string> Refusals => new()
    {
        {
            Refused(MqttReasonCode.BadUserNameOrPassword),
            Fault.Unauthorized, true, "refuses the credentials of user 'gateway' (BadUserNameOrPassword). Check "
        },
        {
            Refused(MqttReasonCode.NotAuthorized, "user gateway with s3cret is locked"),
            Fault.Unauthorized, true, "It says: user gateway with *** is locked"
        },
        {
            Refused(MqttReasonCode.UnsupportedProtocolVersion),
            Fault.Misconfigured, false, "does not speak the version of MQTT that is set: "
        },
        {
            Refused(MqttReasonCode.ClientIdentifierNotValid),
            Fault.Misconfigured, false, "refuses the connection: "
        },
        {
            Refused(MqttReasonCode.ServerBusy, "come back later"),
            Fault.Unreachable, true, "takes no connection now: "
        },
    };

    [Theory]
    [MemberData(nameof(Errors))]
    [MemberData(nameof(TlsErrors))]
    [MemberData(nameof(Refusals))]
    public void Error_OfTheClient_IsAFaultInWords(MqttException error, Fault fault, bool isTransient, string words)
    {
        var found = MqttFaults.From(error, Settings);

        Assert.Equal((fault, isTransient), (found.Fault, found.IsTransient));
        Assert.Contains(words, found.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", found.Message, StringComparison.Ordinal);
        Assert.Same(error, found.InnerException);
    }

    [Theory]
    [InlineData("A1b2C3d4E5f6", null, "of user 'A1b***' (")]
    [InlineData("A1b2C3d4E5f6", "", "of user 'A1b***' (")]
    [InlineData("A1b2C3d4E5f6", "s3cret", "of user 'A1b2C3d4E5f6' (")]
    [InlineData("gateway1", null, "of user 'gateway1' (")]
    public void User_WithoutAPassword_IsToldByItsBeginningWhereItMayBeAToken(
        string user, string? password, string words)
    {
        var settings = Settings with { UserName = user, Password = password is null ? null : new Secret(password) };

        var found = MqttFaults.From(Refused(MqttReasonCode.NotAuthorized), settings);

        Assert.Contains(words, found.Message, StringComparison.Ordinal);
    }

    private static MqttConnectException Refused(MqttReasonCode reason, string? words = null) =>
        new(reason, $"The server refused the connection: it is so.{(words is null ? "" : $" It says: {words}")}")
        {
            ReasonString = words,
        };
}
