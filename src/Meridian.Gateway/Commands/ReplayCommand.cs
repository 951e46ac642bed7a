using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Net.Http.Json;
using Meridian.Engine.Replays;
using Meridian.Gateway.Control;

namespace Meridian.Gateway.Commands;

/// <summary><c>meridian replay</c>: what a North has passed, brought to it once more by a gateway that runs.</summary>
internal static class ReplayCommand
{
    private const int IdWidth = -6;
    private const int StateWidth = -9;

    public static Command Create() => new(
        "replay",
        """
        Brings to one North once more what it has passed and the journal still has ('gateway.journal.keepPassed' says
        for how long), beside the live data and behind them. A replay has an id of its own, is in no account, and goes
        on after a restart of the gateway, where it stood.

        Example: meridian replay start database --from 2026-03-01T06:00:00Z --to 2026-03-01T14:00:00Z
        """)
    {
        CreateStart(),
        CreateList(),
        CreateCancel(),
    };

    private static Command CreateStart()
    {
        var data = DataOption.CreateForRunning();
        var north = new Argument<string>("NORTH") { Description = "The North that gets it." };
        var from = PointOption("--from", "From where on.", isRequired: true);
        var to = PointOption(
            "--to", "Up to where; not part of it. Default: where the North stands.", isRequired: false);
        var command = new Command("start", "Begins a replay and tells its id.")
        {
            north, from, to, data,
        };
        command.SetAction(parsed => DataOption.SpeakAsync(parsed.GetRequiredValue(data), async client =>
        {
            var order = new ReplayOrder
            {
                North = parsed.GetRequiredValue(north),
                From = parsed.GetRequiredValue(from)!, // its parser gives null only with an error
                To = parsed.GetValue(to),
            };
            using var body = JsonContent.Create(order, ControlJson.Default.ReplayOrder);
            var replay = await client.AskAsync(
                ReplayRoutes.Replays, body, ControlJson.Default.ReplayBody);
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"Replay {replay.Id} has begun: positions {replay.From} up to {replay.To} go to {replay.North}; "
                + $"'meridian replay list' shows how it gets on."));
            if (replay.IsCut)
            {
                Console.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"What lies before position {replay.From} is not in the journal any more; "
                    + $"'gateway.journal.keepPassed' keeps it longer."));
            }
        }));
        return command;
    }

    private static Option<ReplayPoint?> PointOption(string name, string description, bool isRequired) => new(name)
    {
        Description = $"{description} A position of the journal such as 120000, or a time such as "
            + "2026-03-01T06:00:00Z, by the gateway's clock; without an offset it is UTC.",
        HelpName = "POSITION|TIME",
        Required = isRequired,
        CustomParser = Parse,
    };

    private static ReplayPoint? Parse(ArgumentResult result)
    {
        var text = result.Tokens[0].Value;
        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var position))
        {
            return ReplayPoint.At(position);
        }

        if (DateTimeOffset.TryParse(
            text,
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal,
            out var time))
        {
            return ReplayPoint.At(time);
        }

        result.AddError(
            $"'{text}' is no position and no time; write it like 120000 or like 2026-03-01T06:00:00Z.");
        return null;
    }

    private static Command CreateList()
    {
        var data = DataOption.CreateForRunning();
        var command = new Command("list", "Shows the replays and how far they are.")
        {
            data,
        };
        command.SetAction(parsed => DataOption.SpeakAsync(parsed.GetRequiredValue(data), async client =>
        {
            var all = await client.GetAsync(ReplayRoutes.Replays, ControlJson.Default.ReplayBodyArray);
            foreach (var replay in all)
            {
                Console.WriteLine(Describe(replay));
            }

            if (all.Length == 0)
            {
                Console.WriteLine("There are no replays.");
            }
        }));
        return command;
    }

    private static Command CreateCancel()
    {
        var data = DataOption.CreateForRunning();
        var id = new Argument<string>("ID") { Description = "The replay's id, such as r7." };
        var command = new Command("cancel", "Ends a replay where it stands; what it has brought stays.")
        {
            id, data,
        };
        command.SetAction(parsed => DataOption.SpeakAsync(
            parsed.GetRequiredValue(data),
            client => client.SendAsync(
                HttpMethod.Delete, $"{ReplayRoutes.Replays}/{Uri.EscapeDataString(parsed.GetRequiredValue(id))}")));
        return command;
    }

    private static string Describe(ReplayBody replay)
    {
        var (done, total) = (replay.Position - replay.From, Math.Max(1, replay.To - replay.From));
        var counts = replay.Counts;
        var reason = replay.Reason is { } why ? $": {why}" : string.Empty;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{replay.Id,IdWidth} {replay.State.ToString().ToLowerInvariant(),StateWidth} "
            + $"{1_000 * done / total / 10d,5:F1} %  → {replay.North}, positions {replay.From} up to {replay.To}: "
            + $"delivered {counts.Delivered}{Some(counts.Derived, "derived")}{Some(counts.Refused, "refused")}"
            + $"{Some(counts.Filtered, "filtered")}{Some(counts.Dropped, "dropped")}"
            + $"{Some(counts.Unrouted, "of other Souths")}{reason}");
    }

    private static string Some(long count, string what) =>
        count == 0 ? string.Empty : string.Create(CultureInfo.InvariantCulture, $", {count} {what}");
}
