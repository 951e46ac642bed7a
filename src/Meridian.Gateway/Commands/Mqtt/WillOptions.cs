using System.CommandLine;
using System.Globalization;
using System.Text;
using Meridian.Mqtt;

namespace Meridian.Gateway.Commands.Mqtt;

/// <summary>What the broker publishes when this client is lost.</summary>
internal sealed class WillOptions : IOptionGroup
{
    private readonly Option<string?> _topic = OptionOf.Text(
        "--will-topic", "TOPIC", "The topic of the Will, which the broker publishes when this client is lost.");

    private readonly Option<string?> _message = OptionOf.Text(
        "--will-message", "TEXT", "The payload of the Will; empty when absent.", "--will-payload");

    private readonly Option<FileInfo?> _file = OptionOf.File("--will-file", "A file with the payload of the Will.");

    private readonly Option<string> _qos = OptionOf.Qos("--will-qos", "The quality of service of the Will.");

    private readonly Option<bool> _retain = OptionOf.Flag("--will-retain", "The broker keeps the Will.");

    private readonly Option<long?> _delay = OptionOf.Number(
        "--will-delay", "SECONDS", "How long the broker waits before it publishes (MQTT 5).", 0, uint.MaxValue);

    private readonly MessagePropertyOptions _properties = new("will-");

    public IEnumerable<Option> All => [_topic, _message, _file, _qos, _retain, _delay, .. _properties.All];

    public IEnumerable<Option> OfVersion5 => [_delay, .. _properties.All];

    public MqttWill? Read(ParseResult parsed, ICollection<string> problems)
    {
        if (parsed.GetValue(_topic) is not { } topic)
        {
            foreach (var option in All.Where(option => parsed.GetResult(option) is { Implicit: false }))
            {
                problems.Add($"{option.Name} needs a Will; add --will-topic TOPIC.");
            }

            return null;
        }

        if (!TopicName.IsValid(topic, out var problem))
        {
            problems.Add($"--will-topic: {problem}");
        }

        return new MqttWill
        {
            Topic = topic,
            Payload = ReadPayload(parsed, problems),
            Qos = (MqttQos)int.Parse(parsed.GetValue(_qos)!, CultureInfo.InvariantCulture), // A choice has a default.
            IsRetained = parsed.GetValue(_retain),
            Delay = TimeSpan.FromSeconds(parsed.GetValue(_delay) ?? 0),
            Properties = _properties.Read(parsed, problems),
        };
    }

    private byte[] ReadPayload(ParseResult parsed, ICollection<string> problems)
    {
        if (parsed.GetValue(_file) is not { Exists: true } file)
        {
            return Encoding.UTF8.GetBytes(parsed.GetValue(_message) ?? string.Empty);
        }

        if (parsed.GetValue(_message) is not null)
        {
            problems.Add("Give --will-message or --will-file, not both.");
        }

        try
        {
            return File.ReadAllBytes(file.FullName);
        }
        catch (Exception wrong) when (wrong is IOException or UnauthorizedAccessException)
        {
            problems.Add($"--will-file: {wrong.Message}");
            return [];
        }
    }
}
