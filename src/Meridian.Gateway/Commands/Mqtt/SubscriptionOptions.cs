using System.CommandLine;
using Meridian.Mqtt;

namespace Meridian.Gateway.Commands.Mqtt;

/// <summary>What to subscribe to and what to leave.</summary>
internal sealed class SubscriptionOptions : IOptionGroup
{
    private readonly Option<string[]> _filters = OptionOf.Texts(
        "--topic", "FILTER", "A topic filter; may be repeated.", "-t");

    private readonly Option<string[]> _left = OptionOf.Texts(
        "--unsubscribe", "FILTER", "A filter to end, in the session of --keep-session; may be repeated.", "-U");

    private readonly Option<bool> _noLocal = OptionOf.Flag(
        "--no-local", "Not what this client publishes itself (MQTT 5).");

    private readonly Option<bool> _asPublished = OptionOf.Flag(
        "--retain-as-published", "Leave the retain flag as it was published (MQTT 5).");

    private readonly Option<string> _handling = OptionOf.Choice(
        "--retain-handling",
        "When the broker sends what it has retained (MQTT 5).",
        ["always", "new", "never"]);

    public IEnumerable<Option> All => [_filters, _left, _noLocal, _asPublished, _handling];

    public IEnumerable<Option> OfVersion5 => [_noLocal, _asPublished, _handling];

    public string[] Unsubscriptions(ParseResult parsed) => parsed.GetValue(_left) ?? [];

    public MqttSubscriptionRequest[] Read(ParseResult parsed, MqttQos qos, ICollection<string> problems)
    {
        var filters = parsed.GetValue(_filters) ?? [];
        if (filters.Length == 0 && Unsubscriptions(parsed).Length == 0)
        {
            problems.Add("Give at least one --topic FILTER.");
        }

        Check("--topic", filters);
        Check("--unsubscribe", Unsubscriptions(parsed));

        return
        [
            .. filters.Select(filter => new MqttSubscriptionRequest(filter, qos)
            {
                NoLocal = parsed.GetValue(_noLocal),
                RetainAsPublished = parsed.GetValue(_asPublished),
                RetainHandling = parsed.GetValue(_handling) switch
                {
                    "new" => MqttRetainHandling.SendIfNew,
                    "never" => MqttRetainHandling.DoNotSend,
                    _ => MqttRetainHandling.Send,
                },
            }),
        ];

        void Check(string option, IEnumerable<string> texts)
        {
            foreach (var text in texts)
            {
                if (!TopicFilter.IsValid(text, out var problem))
                {
                    problems.Add($"{option}: {problem}");
                }
            }
        }
    }
}
