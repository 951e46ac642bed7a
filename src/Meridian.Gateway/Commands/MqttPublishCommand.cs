using System.CommandLine;
using System.Text;
using Meridian.Gateway.Hosting;
using Meridian.Mqtt;

namespace Meridian.Gateway.Commands;

/// <summary><c>meridian mqtt pub</c>.</summary>
internal static class MqttPublishCommand
{
    /// <summary>
    /// Publications under way at once with <c>-l</c>: the window is kept full without holding all of stdin.
    /// </summary>
    private const int Window = 500;

    public static Command Create()
    {
        var options = new MqttOptions();
        var topic = new Option<string>("--topic", "-t")
        {
            Description = "The topic.",
            HelpName = "TOPIC",
            Required = true,
        };
        var message = new Option<string?>("--message", "-m") { Description = "The message.", HelpName = "TEXT" };
        var lines = new Option<bool>("--lines", "-l") { Description = "Publish each line of the standard input." };
        var retain = new Option<bool>("--retain", "-r")
        {
            Description = "Ask the broker to keep it as the last known value.",
        };
        var command = new Command(
            "pub",
            """
            Publishes one message, or each line of the standard input, and ends when the broker has acknowledged all.

            Examples: meridian mqtt pub -t plant/line1/speed -m 12.5 -q 1
                      seq 1000 | meridian mqtt pub -t plant/count -l -q 1
            """)
        {
            topic, message, lines, retain,
        };
        options.AddTo(command);
        command.Validators.Add(result =>
        {
            if ((result.GetValue(message) is null) == !result.GetValue(lines))
            {
                result.AddError("Give either --message TEXT or --lines.");
            }
        });
        command.SetAction(async parsed =>
        {
            using var signals = new StopSignals();
            var clientOptions = options.ClientOptions(parsed);
            var publication = new Publication(
                parsed.GetRequiredValue(topic), options.QosOf(parsed), parsed.GetValue(retain));
            return await MqttCommand.RunAsync(
                clientOptions,
                stop => PublishAsync(clientOptions, publication, parsed.GetValue(message), stop),
                signals.Stop);
        });
        return command;
    }

    private static async Task PublishAsync(
        MqttClientOptions options, Publication publication, string? message, CancellationToken stop)
    {
        await using var client = new MqttClient(options);
        await client.ConnectAsync(stop);
        if (message is not null)
        {
            await publication.SendAsync(client, message, stop);
        }
        else
        {
            await PublishLinesAsync(client, publication, stop);
        }

        await client.DisconnectAsync(stop);
    }

    private static async Task PublishLinesAsync(MqttClient client, Publication publication, CancellationToken stop)
    {
        var underWay = new Queue<Task>(Window);
        while (await Console.In.ReadLineAsync(stop) is { } line)
        {
            if (underWay.Count == Window)
            {
                await underWay.Dequeue();
            }

            underWay.Enqueue(publication.SendAsync(client, line, stop).AsTask());
        }

        await Task.WhenAll(underWay);
    }

    private sealed record Publication(string Topic, MqttQos Qos, bool IsRetained)
    {
        public ValueTask<MqttPublishResult> SendAsync(MqttClient client, string message, CancellationToken stop) =>
            client.PublishAsync(Topic, Encoding.UTF8.GetBytes(message), Qos, IsRetained, stop);
    }
}
