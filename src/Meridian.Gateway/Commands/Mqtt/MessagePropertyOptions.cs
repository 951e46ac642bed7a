using System.CommandLine;
using System.Text;
using Meridian.Mqtt;

namespace Meridian.Gateway.Commands.Mqtt;

/// <summary>What MQTT 5 says beside a payload; the Will has the same, behind a prefix.</summary>
internal sealed class MessagePropertyOptions(string prefix = "") : IOptionGroup
{
    private readonly Option<bool> _isText = OptionOf.Flag($"--{prefix}utf8", "Say that the payload is text (MQTT 5).");

    private readonly Option<string?> _contentType = OptionOf.Text(
        $"--{prefix}content-type", "TYPE", "What the payload is, such as application/json (MQTT 5).");

    private readonly Option<long?> _expiry = OptionOf.Number(
        $"--{prefix}expiry", "SECONDS", "How long it is worth delivering (MQTT 5).", 0, uint.MaxValue);

    private readonly Option<string?> _responseTopic = OptionOf.Text(
        $"--{prefix}response-topic", "TOPIC", "Where an answer is awaited (MQTT 5).");

    private readonly Option<string?> _correlation = OptionOf.Text(
        $"--{prefix}correlation-data", "TEXT", "What the answer shall repeat (MQTT 5).");

    private readonly Option<string[]> _userProperties = OptionOf.Texts(
        $"--{prefix}user-property", "NAME=VALUE", "A User Property (MQTT 5); may be repeated.");

    public IEnumerable<Option> All =>
        [_isText, _contentType, _expiry, _responseTopic, _correlation, _userProperties];

    /// <returns>Null when there is nothing to say.</returns>
    public MqttMessageProperties? Read(ParseResult parsed, ICollection<string> problems)
    {
        if (!All.Any(option => parsed.GetResult(option) is { Implicit: false }))
        {
            return null;
        }

        return new MqttMessageProperties
        {
            IsText = parsed.GetValue(_isText),
            ContentType = parsed.GetValue(_contentType),
            Expiry = parsed.GetValue(_expiry) is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
            ResponseTopic = parsed.GetValue(_responseTopic),
            CorrelationData = parsed.GetValue(_correlation) is { } text ? Encoding.UTF8.GetBytes(text) : null,
            UserProperties = UserPropertyText.Read(
                _userProperties.Name, parsed.GetValue(_userProperties), problems),
        };
    }
}
