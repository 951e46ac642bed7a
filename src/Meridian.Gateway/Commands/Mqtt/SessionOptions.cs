using System.CommandLine;
using System.Globalization;
using Meridian.Mqtt;

namespace Meridian.Gateway.Commands.Mqtt;

/// <summary>What is spoken, how long the session lives, and the limits of the connection.</summary>
internal sealed class SessionOptions : IOptionGroup
{
    private const int LargestPacketBytes = 268_435_460;

    private readonly Option<string> _version = OptionOf.Choice(
        "--protocol-version", "The version of MQTT.", ["3.1.1", "3.1", "5"], "-V");

    private readonly Option<bool> _older = OptionOf.Flag(
        "--allow-older-version", "Try the next older version when the broker does not speak this one.");

    private readonly Option<long?> _keepAlive = OptionOf.Number(
        "--keep-alive", "SECONDS", "The longest silence; 15 by default.", 0, 65_535, "-k");

    private readonly Option<bool> _keepSession = OptionOf.Flag(
        "--keep-session",
        "Go on with the session that the broker keeps for --client-id, and let it keep it (no Clean Session).",
        "-c");

    private readonly Option<string?> _sessionExpiry = OptionOf.Text(
        "--session-expiry", "SECONDS|never", "How long the broker keeps the session afterwards (MQTT 5).", "-x");

    private readonly Option<long?> _connectTimeout = OptionOf.Number(
        "--connect-timeout", "SECONDS", "The time to connect; 10 by default.", 1, 86_400);

    private readonly Option<long?> _receiveMaximum = OptionOf.Number(
        "--receive-maximum", "N", "How many unacknowledged messages the broker may send.", 1, 65_535);

    private readonly Option<long?> _packet = OptionOf.Number(
        "--max-packet-size", "BYTES", "The largest packet sent or taken.", 128, LargestPacketBytes);

    private readonly Option<string[]> _userProperties = OptionOf.Texts(
        "--connect-user-property", "NAME=VALUE", "A User Property of CONNECT (MQTT 5); may be repeated.");

    public IEnumerable<Option> All =>
    [
        _version, _older, _keepAlive, _keepSession, _sessionExpiry, _connectTimeout, _receiveMaximum, _packet,
        _userProperties,
    ];

    public static TimeSpan ForEver => TimeSpan.FromSeconds(uint.MaxValue);

    public bool IsVersion5(ParseResult parsed) => parsed.GetValue(_version) is "5";

    public bool IsSessionKept(ParseResult parsed) => parsed.GetValue(_keepSession);

    /// <summary>Says of options that only MQTT 5 has that they were given without it.</summary>
    public void DemandVersion5(ParseResult parsed, IEnumerable<Option> options, ICollection<string> problems)
    {
        if (IsVersion5(parsed))
        {
            return;
        }

        foreach (var option in options.Where(option => parsed.GetResult(option) is { Implicit: false }))
        {
            problems.Add($"{option.Name} needs MQTT 5; add --protocol-version 5.");
        }
    }

    public MqttClientOptions Read(ParseResult parsed, MqttClientOptions options, ICollection<string> problems)
    {
        DemandVersion5(parsed, [_sessionExpiry, _userProperties], problems);
        return options with
        {
            Version = parsed.GetValue(_version) switch
            {
                "5" => MqttProtocolVersion.V50,
                "3.1" => MqttProtocolVersion.V31,
                _ => MqttProtocolVersion.V311,
            },
            AllowOlderVersion = parsed.GetValue(_older),
            KeepAlive = TimeSpan.FromSeconds(parsed.GetValue(_keepAlive) ?? 15),
            CleanSession = !parsed.GetValue(_keepSession),
            SessionExpiry = ReadExpiry(parsed, problems),
            ConnectTimeout = TimeSpan.FromSeconds(parsed.GetValue(_connectTimeout) ?? 10),
            ReceiveMaximum = (int)(parsed.GetValue(_receiveMaximum) ?? options.ReceiveMaximum),
            MaxPacketBytes = (int)(parsed.GetValue(_packet) ?? LargestPacketBytes),
            UserProperties = UserPropertyText.Read(
                _userProperties.Name, parsed.GetValue(_userProperties), problems),
        };
    }

    private TimeSpan? ReadExpiry(ParseResult parsed, ICollection<string> problems)
    {
        var text = parsed.GetValue(_sessionExpiry);
        if (text is null)
        {
            return null;
        }

        if (text is "never")
        {
            return ForEver;
        }

        if (uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds))
        {
            return TimeSpan.FromSeconds(seconds);
        }

        problems.Add($"--session-expiry is '{text}'; it must be a number of seconds up to 4294967295, or never.");
        return null;
    }
}
