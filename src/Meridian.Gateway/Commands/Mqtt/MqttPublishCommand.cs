using System.CommandLine;
using Meridian.Mqtt;
using Microsoft.Extensions.Logging;

namespace Meridian.Gateway.Commands.Mqtt;

/// <summary><c>meridian mqtt pub</c>.</summary>
internal sealed class MqttPublishCommand
{
    /// <summary>
    /// Publications under way at once: the window is kept full without holding all of the standard input.
    /// </summary>
    private const int Window = 500;

    private readonly ConnectionOptions _connection = new();
    private readonly PayloadSource _payloads = new();
    private readonly MessagePropertyOptions _properties = new();
    private readonly Option<string> _topic = new("--topic", "-t")
    {
        Description = "The topic.",
        HelpName = "TOPIC",
        Required = true,
    };

    private readonly Option<bool> _retain = OptionOf.Flag(
        "--retain", "Ask the broker to keep it as the last known value.", "-r");

    private readonly Option<long?> _repeat = OptionOf.Number(
        "--repeat", "N", "Publish it N times; not with --lines.", 1, long.MaxValue);

    private readonly Option<long?> _pause = OptionOf.Number(
        "--repeat-delay", "SECONDS", "The time between two of --repeat.", 0, 86_400);

    private MqttPublishCommand()
    {
    }

    public static Command Create()
    {
        var own = new MqttPublishCommand();
        var command = new Command(
            "pub",
            $"""
            Publishes messages and ends when the broker has acknowledged all, as their quality of service asks.

            Examples: meridian mqtt pub -t plant/line1/speed -m 12.5 -q 1
                      seq 1000 | meridian mqtt pub -t plant/count -l -q 1
                      meridian mqtt pub -t plant/state -n -r                        clears a retained message
                      meridian mqtt pub -L mqtts://ada@broker.example --ca-file ca.pem --password-file pw -t t -f x.bin
                      meridian mqtt pub -V 5 -t plant/order -m '[7]' --content-type application/json --expiry 60

            {MqttCommand.ExitCodesText}
            """);
        own._connection.AddTo(
            command,
            [own._topic, .. own._payloads.All, own._retain, own._repeat, own._pause, .. own._properties.All]);
        command.SetAction(own.RunAsync);
        return command;
    }

    private Task<int> RunAsync(ParseResult parsed)
    {
        var problems = new List<string>();
        var options = _connection.Read(parsed, problems);
        _payloads.Check(parsed, problems);
        var topic = parsed.GetRequiredValue(_topic);
        if (!TopicName.IsValid(topic, out var problem))
        {
            var isFilter = topic.AsSpan().ContainsAny('+', '#');
            problems.Add($"--topic: {problem}{(isFilter ? " Name one topic; wildcards are for 'mqtt sub'." : "")}");
        }

        _connection.Session.DemandVersion5(parsed, _properties.All, problems);
        var message = new MqttApplicationMessage
        {
            Topic = topic,
            Qos = _connection.QosOf(parsed),
            IsRetained = parsed.GetValue(_retain),
            Properties = _properties.Read(parsed, problems),
        };
        return MqttCommand.RunAsync(
            options, problems, ExitCodes.Failed, stop => PublishAsync(parsed, options, message, stop));
    }

    private async Task<int> PublishAsync(
        ParseResult parsed, MqttClientOptions options, MqttApplicationMessage message, CancellationToken stop)
    {
        using var logging = _connection.CreateLogging(parsed);
        await using var client = new MqttClient(options, logger: logging.CreateLogger<MqttClient>());
        await client.ConnectAsync(stop);
        var times = parsed.GetValue(_repeat) ?? 1;
        var pause = TimeSpan.FromSeconds(parsed.GetValue(_pause) ?? 0);
        var underWay = new Queue<Task>(Window);
        await foreach (var payload in _payloads.ReadAsync(parsed, stop))
        {
            for (var i = 0L; i < times; i++)
            {
                if (i > 0 && pause > TimeSpan.Zero)
                {
                    await Task.Delay(pause, TimeProvider.System, stop);
                }

                // What has failed is heard of at once, also while the input is slow.
                while (underWay.TryPeek(out var oldest) && (oldest.IsCompleted || underWay.Count == Window))
                {
                    await underWay.Dequeue();
                }

                underWay.Enqueue(client.PublishAsync(message with { Payload = payload }, stop).AsTask());
            }
        }

        await Task.WhenAll(underWay);
        await client.DisconnectAsync(stop);
        return ExitCodes.Ok;
    }
}
