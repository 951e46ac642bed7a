using System.CommandLine;
using System.Globalization;
using System.Net.Http.Json;
using Meridian.Engine.Backfills;
using Meridian.Gateway.Control;
using Meridian.Sdk.South;

namespace Meridian.Gateway.Commands;

/// <summary><c>meridian backfill</c>: the past of items, brought to one North by a gateway that runs.</summary>
internal static class BackfillCommand
{
    private const int NameWidth = -20;
    private const int StateWidth = -8;

    public static Command Create() => new(
        "backfill",
        """
        Brings the past of items to one North, beside the live data and behind them: the next window is asked for when
        the North has taken the last. A backfill goes on after a restart of the gateway, where it stood.

        Example: meridian backfill start march --south historian --north database \
                   --from 2026-03-01T00:00:00Z --to 2026-04-01T00:00:00Z
        """)
    {
        CreateStart(),
        CreateList(),
        CreateChange("pause", "Lets a backfill wait.", "pause"),
        CreateChange("resume", "Lets a backfill go on where it stands.", "resume"),
        CreateChange("restart", "Begins a backfill anew: its North gets everything once more.", "restart"),
        CreateChange("remove", "Ends a backfill and forgets it; what it has brought is delivered all the same.", null),
    };

    private static Argument<string> NameArgument() => new("NAME")
    {
        Description = "The backfill's name: 1 to 64 letters, digits, '-', '_' or '.'.",
    };

    private static Command CreateStart()
    {
        var data = DataOption.CreateForRunning();
        var name = NameArgument();
        var south = new Option<string>("--south") { Description = "The South to ask.", Required = true };
        var north = new Option<string>("--north") { Description = "The North that gets it.", Required = true };
        var items = new Option<string[]>("--item")
        {
            Description = "An item to ask for; may be given several times. Default: all that have a past.",
        };
        var from = InstantOption("--from", "From when, by the source's time.");
        var to = InstantOption("--to", "Until when; not part of it.");
        var command = new Command("start", "Orders a backfill and begins with it.")
        {
            name, south, north, items, from, to, data,
        };
        command.SetAction(parsed => DataOption.SpeakAsync(parsed.GetRequiredValue(data), async client =>
        {
            var order = new BackfillOrder
            {
                Name = parsed.GetRequiredValue(name),
                South = parsed.GetRequiredValue(south),
                North = parsed.GetRequiredValue(north),
                Items = parsed.GetValue(items) ?? [],
                Window = new HistoryWindow(parsed.GetValue(from), parsed.GetValue(to)),
            };
            using var body = JsonContent.Create(order, ControlJson.Default.BackfillOrder);
            await client.SendAsync(HttpMethod.Post, ControlRoutes.Backfills, body);
            Console.WriteLine($"Backfill {order.Name} has begun; 'meridian backfill list' shows how it gets on.");
        }));
        return command;
    }

    private static Option<DateTimeOffset> InstantOption(string name, string description) => new(name)
    {
        Description = $"{description} ISO 8601, such as 2026-03-01T00:00:00Z; without an offset it is UTC.",
        HelpName = "TIME",
        Required = true,
        CustomParser = result =>
        {
            if (DateTimeOffset.TryParse(
                result.Tokens[0].Value,
                CultureInfo.InvariantCulture,
                DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal,
                out var instant))
            {
                return instant;
            }

            result.AddError(
                $"{name}: '{result.Tokens[0].Value}' is no time; write it like 2026-03-01T00:00:00Z.");
            return default;
        },
    };

    private static Command CreateList()
    {
        var data = DataOption.CreateForRunning();
        var command = new Command("list", "Shows all backfills and how far they are.")
        {
            data,
        };
        command.SetAction(parsed => DataOption.SpeakAsync(parsed.GetRequiredValue(data), async client =>
        {
            var all = await client.GetAsync(ControlRoutes.Backfills, ControlJson.Default.BackfillBodyArray);
            foreach (var backfill in all)
            {
                Console.WriteLine(Describe(backfill));
            }

            if (all.Length == 0)
            {
                Console.WriteLine("There are no backfills.");
            }
        }));
        return command;
    }

    private static Command CreateChange(string word, string description, string? verb)
    {
        var data = DataOption.CreateForRunning();
        var name = NameArgument();
        var command = new Command(word, description)
        {
            name, data,
        };
        command.SetAction(parsed => DataOption.SpeakAsync(parsed.GetRequiredValue(data), client =>
        {
            var path = $"{ControlRoutes.Backfills}/{Uri.EscapeDataString(parsed.GetRequiredValue(name))}";
            return verb is null
                ? client.SendAsync(HttpMethod.Delete, path)
                : client.SendAsync(HttpMethod.Post, $"{path}/{verb}");
        }));
        return command;
    }

    private static string Describe(BackfillBody backfill)
    {
        var order = backfill.Order;
        var remaining = backfill is { State: BackfillState.Running, RemainingSeconds: { } seconds }
            ? $", {TimeSpan.FromSeconds(Math.Ceiling(seconds)):c} to go"
            : string.Empty;
        var reason = backfill.Reason is { } why ? $": {why}" : string.Empty;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{order.Name,NameWidth} {backfill.State.ToString().ToLowerInvariant(),StateWidth} "
            + $"{Math.Floor(1_000 * backfill.Fraction) / 10,5:F1} %  {order.South} → {order.North}, "
            + $"{order.Window.Start.UtcDateTime:yyyy-MM-ddTHH:mm:ssZ} to "
            + $"{order.Window.End.UtcDateTime:yyyy-MM-ddTHH:mm:ssZ}"
            + $"{remaining}{reason}");
    }
}
