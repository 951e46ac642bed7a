using System.Buffers;
using System.CommandLine;
using System.Text;
using Meridian.Gateway.Hosting;
using Meridian.Mqtt;

namespace Meridian.Gateway.Commands;

/// <summary><c>meridian mqtt sub</c>.</summary>
internal static class MqttSubscribeCommand
{
    public static Command Create()
    {
        var options = new MqttOptions();
        var topics = new Option<string[]>("--topic", "-t")
        {
            Description = "A topic filter; may be given several times.",
            HelpName = "FILTER",
            Required = true,
        };
        var count = new Option<long>("--count", "-c") { Description = "End after this many messages.", HelpName = "N" };
        var verbose = new Option<bool>("--verbose", "-v") { Description = "Print the topic before each message." };
        var command = new Command(
            "sub",
            """
            Subscribes and prints each message on a line of its own, until Ctrl+C or --count.

            Example: meridian mqtt sub -t 'plant/#' -v
            """)
        {
            topics, count, verbose,
        };
        options.AddTo(command);
        command.SetAction(async parsed =>
        {
            using var signals = new StopSignals();
            var clientOptions = options.ClientOptions(parsed);
            var subscriptions = parsed.GetRequiredValue(topics)
                .Select(topic => new MqttSubscriptionRequest(topic, options.QosOf(parsed)))
                .ToArray();
            using var printer = new Printer(parsed.GetValue(verbose), parsed.GetValue(count));
            return await MqttCommand.RunAsync(
                clientOptions, stop => SubscribeAsync(clientOptions, subscriptions, printer, stop), signals.Stop);
        });
        return command;
    }

    private static async Task SubscribeAsync(
        MqttClientOptions options, MqttSubscriptionRequest[] subscriptions, Printer printer, CancellationToken stop)
    {
        await using var client = new MqttClient(options, printer);
        await client.ConnectAsync(stop);
        foreach (var result in await client.SubscribeAsync(subscriptions, stop))
        {
            if (!result.IsGranted)
            {
                throw new IOException(
                    $"The broker refused the filter '{result.Filter}'; ask for another or for the right to it.");
            }
        }

        await printer.Ended.WaitAsync(stop);
        await client.DisconnectAsync(stop);
    }

    /// <summary>
    /// Prints on the client's read loop; standard output is buffered and flushed once per socket read.
    /// </summary>
    private sealed class Printer(bool isVerbose, long count) : IMqttReceiver, IDisposable
    {
        private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly StreamWriter _output =
            new(Console.OpenStandardOutput(), new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), 65_536);

        private long _printed;

        public Task Ended => _ended.Task;

        public void Dispose() => _output.Dispose();

        public void OnMessage(in MqttMessage message)
        {
            if (count > 0 && _printed == count)
            {
                return;
            }

            if (isVerbose)
            {
                _output.Write(message.Topic);
                _output.Write(' ');
            }

            _output.WriteLine(Encoding.UTF8.GetString(message.Payload));
            _printed++;
        }

        public void OnBatchEnd()
        {
            _output.Flush();
            if (count > 0 && _printed == count)
            {
                _ended.TrySetResult();
            }
        }

        public void OnDisconnected(MqttException? reason, bool willRetry)
        {
            if (reason is not null)
            {
                Console.Error.WriteLine(willRetry ? $"{reason.Message} Trying again." : reason.Message);
            }

            if (!willRetry)
            {
                if (reason is null)
                {
                    _ended.TrySetResult();
                }
                else
                {
                    _ended.TrySetException(reason);
                }
            }
        }
    }
}
