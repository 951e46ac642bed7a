using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Meridian.Engine.Supervision;
using Meridian.Gateway.Control;

namespace Meridian.Gateway.Commands;

/// <summary><c>meridian status</c>: a running gateway at a glance.</summary>
internal static class StatusCommand
{
    public static Command Create()
    {
        var data = DataOption.CreateForRunning();
        var json = new Option<bool>("--json") { Description = "Print everything as JSON." };
        var command = new Command(
            "status",
            """
            Shows how a running gateway fares: its account, and each South and North with its state, the reason in
            words, and what came and went.

            Example: meridian status --data /var/lib/meridian
            """)
        {
            data, json,
        };
        command.SetAction(parsed => DataOption.SpeakAsync(parsed.GetRequiredValue(data), async client =>
        {
            var status = await client.GetAsync(ControlRoutes.Status, ControlJson.Default.StatusBody);
            if (parsed.GetValue(json))
            {
                Console.WriteLine(JsonSerializer.Serialize(status, ControlJson.Default.StatusBody));
            }
            else
            {
                Write(status, Console.Out);
            }
        }));
        return command;
    }

    private static void Write(StatusBody status, TextWriter output)
    {
        var account = status.Account;
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"Journal {status.Journal}, {status.JournalBytes / 1e6:F1} of {status.JournalMaxBytes / 1e6:F0} MB on disk"
            + $"{(status.BlockedBy is { } name ? $"; North {name} holds back what comes" : string.Empty)}"));
        if (status.JournalFault is { } fault)
        {
            output.WriteLine($"  The disk does not take what comes: {fault}");
        }

        output.WriteLine($"{Describe(account, "received")}{(status.IsBalanced ? string.Empty : "  DOES NOT BALANCE")}");
        foreach (var south in status.Souths)
        {
            Write(south, output);
        }

        foreach (var north in status.Norths)
        {
            Write(north, output);
        }
    }

    private static void Write(SouthBody south, TextWriter output)
    {
        output.WriteLine();
        output.WriteLine(Describe("South", south.Connector));
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"  received {south.Account.Received}, {south.Received} of them since the start"
            + $"{Some(south.Repeated, "sent again")}{Some(south.Undecoded, "undecoded")}{Some(south.LetGo, "let go")}"
            + $"{Some(south.SkippedTicks, "ticks skipped")}{Some(south.Silences, "silences")}"
            + $"{Some(south.Resubscribed, "subscribed again")}{Some(south.Reconnected, "connected anew")}"));
        if (south.Account.ByGroup.Count > 0)
        {
            output.WriteLine($"  by group: {Counts(south.Account.ByGroup)}{Some(south.Account.Ungrouped, "in none")}");
        }

        foreach (var (item, problem) in south.ItemProblems.OrderBy(static one => one.Key, StringComparer.Ordinal))
        {
            output.WriteLine($"  item '{item}': {problem}");
        }
    }

    private static void Write(NorthBody north, TextWriter output)
    {
        output.WriteLine();
        output.WriteLine(Describe("North", north.Connector));
        output.WriteLine(
            $"  {Describe(north.Account, "routed")}{Some(north.Derived, "derived")}{Some(north.Stalls, "stalls")}"
            + $"{Some(north.Reconnected, "connected anew")}");
        if (north.Replayed is { Delivered: > 0 } or { Refused: > 0 } or { Derived: > 0 })
        {
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"  replayed besides: delivered {north.Replayed.Delivered}"
                + $"{Some(north.Replayed.Derived, "derived")}{Some(north.Replayed.Refused, "refused")}"));
        }

        if (north.FilteredBy.Count > 0)
        {
            output.WriteLine($"  filtered: {Counts(north.FilteredBy)}");
        }
    }

    private static string Counts(IReadOnlyDictionary<string, long> counts) => string.Join(
        ", ",
        counts
            .OrderBy(static one => one.Key, StringComparer.Ordinal)
            .Select(static one => string.Create(CultureInfo.InvariantCulture, $"{one.Value} {one.Key}")));

    private static string Describe(AccountBody account, string first) => string.Create(
        CultureInfo.InvariantCulture,
        $"{first} {account.Received} = delivered {account.Delivered} + waiting {account.Waiting} "
        + $"+ quarantined {account.Quarantined} + dropped {account.Dropped} + filtered {account.Filtered}");

    private static string Describe(string side, ConnectorBody connector)
    {
        var since = string.Create(
            CultureInfo.InvariantCulture, $"{connector.Since.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z");
        var next = connector.NextTry is { } at
            ? string.Create(CultureInfo.InvariantCulture, $"; next try at {at.UtcDateTime:HH:mm:ss}Z")
            : string.Empty;
        var reason = connector.Reason is { } why && connector.State != ConnectorState.Running
            ? $": {why}"
            : string.Empty;
        return $"{side} {connector.Name}: {WordOf(connector.State)} since {since}{next}"
            + $"{Some(connector.RestartCount, "restarts")}{reason}";
    }

    private static string WordOf(ConnectorState state) =>
        state.ToString().ToLowerInvariant();

    private static string Some(long count, string what) =>
        count == 0 ? string.Empty : string.Create(CultureInfo.InvariantCulture, $", {count} {what}");
}
