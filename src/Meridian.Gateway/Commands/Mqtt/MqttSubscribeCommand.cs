using System.CommandLine;
using Meridian.Mqtt;
using Microsoft.Extensions.Logging;

namespace Meridian.Gateway.Commands.Mqtt;

/// <summary><c>meridian mqtt sub</c>.</summary>
internal sealed class MqttSubscribeCommand
{
    private readonly ConnectionOptions _connection = new();
    private readonly SubscriptionOptions _subscriptions = new();
    private readonly Option<long?> _count = OptionOf.Number(
        "--count", "N", "End after this many printed messages.", 1, long.MaxValue, "-C");

    private readonly Option<long?> _timeout = OptionOf.Number(
        "--timeout", "SECONDS", "End after this time; exit code 4 when --count was not reached.", 1, 31_536_000, "-W");

    private readonly Option<string?> _format = OptionOf.Text(
        "--format",
        $"{string.Join('|', MessageFormat.Kinds)}|TEMPLATE",
        $"How a message is printed; json has the topic, the flags and the time. A template: {MessageTemplate.Help}.",
        "-F");

    private readonly Option<bool> _verbose = OptionOf.Flag("--verbose", "Print the topic before each message.", "-v");

    private readonly Option<bool> _noLineEnd = OptionOf.Flag(
        "--no-line-end", "Print nothing behind a message: the bytes of a file come out as they went in.", "-N");

    private readonly Option<bool> _retainedOnly = OptionOf.Flag(
        "--retained-only", "Print only what the broker had retained.");

    private readonly Option<bool> _noRetained = OptionOf.Flag(
        "--no-retained", "Print nothing that the broker had retained.", "-R");

    private readonly Option<string[]> _leftOut = OptionOf.Texts(
        "--filter-out", "FILTER", "Print nothing whose topic this filter selects; may be repeated.", "-T");

    private readonly Option<bool> _subscribeOnly = OptionOf.Flag(
        "--subscribe-only", "End when the broker has taken the filters; sets a session up with --keep-session.", "-E");

    private MqttSubscribeCommand()
    {
    }

    public static Command Create()
    {
        var own = new MqttSubscribeCommand();
        var command = new Command(
            "sub",
            $"""
            Subscribes and prints each message on a line of its own, until Ctrl+C, --count or --timeout. A message is
            acknowledged when it is printed.

            Examples: meridian mqtt sub -t 'plant/#' -v
                      meridian mqtt sub -t plant/line1/speed -C 1 -W 10           one value, or exit code 4 after 10 s
                      meridian mqtt sub -t 'plant/#' -t 'lab/#' --format json
                      meridian mqtt sub -t 'plant/#' --format '%I %t %p'
                      meridian mqtt sub -i reader -c -q 1 -t orders               goes on where it was left
                      meridian mqtt sub -t picture -C 1 -N > picture.png
                      meridian mqtt sub -V 5 -t '$share/team/orders' -q 1

            {MqttCommand.ExitCodesText}
            """);
        own._connection.AddTo(
            command,
            [
                .. own._subscriptions.All, own._count, own._timeout, own._format, own._verbose, own._noLineEnd,
                own._retainedOnly, own._noRetained, own._leftOut, own._subscribeOnly,
            ]);
        command.SetAction(own.RunAsync);
        return command;
    }

    private Task<int> RunAsync(ParseResult parsed)
    {
        var problems = new List<string>();
        var options = _connection.Read(parsed, problems) with
        {
            AcknowledgeMode = MqttAcknowledgeMode.ByApplication,
        };
        _connection.Session.DemandVersion5(parsed, _subscriptions.OfVersion5, problems);
        if (parsed.GetValue(_retainedOnly) && parsed.GetValue(_noRetained))
        {
            problems.Add("--retained-only and --no-retained leave nothing to print; give one of them.");
        }

        var format = ReadFormat(parsed, problems);
        var requests = _subscriptions.Read(parsed, _connection.QosOf(parsed), problems);
        return MqttCommand.RunAsync(
            options, problems, ExitCodes.Ok, stop => SubscribeAsync(parsed, options, format, requests, stop));
    }

    private async Task<int> SubscribeAsync(
        ParseResult parsed,
        MqttClientOptions options,
        MessageFormat format,
        MqttSubscriptionRequest[] requests,
        CancellationToken stop)
    {
        using var logging = _connection.CreateLogging(parsed);
        using var printer = CreatePrinter(parsed, format);
        await using var client = new MqttClient(options, printer, logging.CreateLogger<MqttClient>());
        printer.Client = client;
        await client.ConnectAsync(stop);
        if (_subscriptions.Unsubscriptions(parsed) is { Length: > 0 } left)
        {
            await client.UnsubscribeAsync(left, stop);
        }

        if (requests.Length > 0 && !await AreGrantedAsync(client, requests, stop))
        {
            return ExitCodes.Refused;
        }

        var code = parsed.GetValue(_subscribeOnly) || requests.Length == 0
            ? ExitCodes.Ok
            : await WaitAsync(parsed, printer, stop);
        await client.DisconnectAsync(stop);
        return code;
    }

    private MessageFormat ReadFormat(ParseResult parsed, List<string> problems)
    {
        var text = parsed.GetValue(_format) ?? MessageFormat.Kinds[0];
        MessageTemplate? template = null;
        if (!MessageFormat.Kinds.Contains(text, StringComparer.Ordinal))
        {
            string? problem = null;
            template = text.Contains('%', StringComparison.Ordinal)
                ? MessageTemplate.TryParse(text, out problem)
                : null;
            if (template is null)
            {
                problems.Add(problem
                    ?? $"--format is '{text}'; it must be {string.Join(", ", MessageFormat.Kinds)} or a template "
                    + "such as '%t %p'.");
            }
        }

        return new MessageFormat(text, template, parsed.GetValue(_verbose), !parsed.GetValue(_noLineEnd));
    }

    private MessagePrinter CreatePrinter(ParseResult parsed, MessageFormat format) => new(
        format,
        new MessageChoice
        {
            Count = parsed.GetValue(_count) ?? 0,
            RetainedOnly = parsed.GetValue(_retainedOnly),
            NoRetained = parsed.GetValue(_noRetained),
            LeftOut = parsed.GetValue(_leftOut) ?? [],
        });

    private static async Task<bool> AreGrantedAsync(
        MqttClient client, MqttSubscriptionRequest[] requests, CancellationToken stop)
    {
        var areGranted = true;
        foreach (var result in await client.SubscribeAsync(requests, stop))
        {
            if (!result.IsGranted)
            {
                areGranted = false;
                await Console.Error.WriteLineAsync(
                    $"The broker refused the filter '{result.Filter}' ({result.ReasonCode}); ask for another or for "
                    + "the right to it.");
            }
        }

        return areGranted;
    }

    private async Task<int> WaitAsync(ParseResult parsed, MessagePrinter printer, CancellationToken stop)
    {
        if (parsed.GetValue(_timeout) is not { } seconds)
        {
            return await printer.Ended.WaitAsync(stop);
        }

        try
        {
            return await printer.Ended.WaitAsync(TimeSpan.FromSeconds(seconds), TimeProvider.System, stop);
        }
        catch (TimeoutException)
        {
            if (parsed.GetValue(_count) is not { } count)
            {
                return ExitCodes.Ok;
            }

            await Console.Error.WriteLineAsync($"{seconds} s passed before {count} messages had come.");
            return ExitCodes.TimedOut;
        }
    }
}
