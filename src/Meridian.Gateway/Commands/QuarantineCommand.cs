using System.Buffers;
using System.CommandLine;
using System.Globalization;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Meridian.Gateway.Control;

namespace Meridian.Gateway.Commands;

/// <summary><c>meridian quarantine</c>: what a destination refused for good, at a gateway that runs.</summary>
internal static class QuarantineCommand
{
    private const int DefaultCount = 100;

    public static Command Create() => new(
        "quarantine",
        """
        Shows what a North's destination refused for good, gives it to the destination once more, or gives it up. What
        the destination takes counts as delivered, what is given up as dropped.

        Example: meridian quarantine list database
                 meridian quarantine retry database
                 meridian quarantine discard database 1203 1204
        """)
    {
        CreateList(), CreateRetry(), CreateDiscard(),
    };

    private static Command CreateList()
    {
        var data = DataOption.CreateForRunning();
        var north = NorthArgument();
        var after = new Option<string?>("--after") { Description = "Goes on behind a page, by the word it gave." };
        var count = new Option<int>("--count")
        {
            Description = "The most data to show, 1 to 10,000.",
            DefaultValueFactory = static _ => DefaultCount,
        };
        var json = new Option<bool>("--json") { Description = "Print the page as JSON." };
        var command = new Command("list", "Shows what lies there, with the reason.")
        {
            north, after, count, json, data,
        };
        command.SetAction(parsed => DataOption.SpeakAsync(parsed.GetRequiredValue(data), async client =>
        {
            var name = parsed.GetRequiredValue(north);
            var asked = string.Create(
                CultureInfo.InvariantCulture, $"{PathOf(name)}?count={parsed.GetValue(count)}")
                + (parsed.GetValue(after) is { } word ? $"&after={Uri.EscapeDataString(word)}" : string.Empty);
            var page = await client.GetAsync(asked, ControlJson.Default.QuarantinePageBody);
            if (parsed.GetValue(json))
            {
                Console.WriteLine(JsonSerializer.Serialize(page, ControlJson.Default.QuarantinePageBody));
            }
            else
            {
                Write(name, page, Console.Out);
            }
        }));
        return command;
    }

    private static Command CreateRetry()
    {
        var data = DataOption.CreateForRunning();
        var north = NorthArgument();
        var positions = PositionsArgument("Which, by position; all when none is given.");
        var command = new Command("retry", "Gives data to the destination once more.")
        {
            north, positions, data,
        };
        command.SetAction(parsed => DataOption.SpeakAsync(parsed.GetRequiredValue(data), async client =>
        {
            using var body = BodyOf(parsed.GetValue(positions));
            var came = await client.AskAsync(
                $"{PathOf(parsed.GetRequiredValue(north))}/retry", body, ControlJson.Default.QuarantineRetryBody);
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{came.Delivered} delivered, {came.Refused} refused again, {came.Left} left for another try."));
            if (came.Reason is { } reason)
            {
                Console.WriteLine($"The last reason: {reason}");
            }
        }));
        return command;
    }

    private static Command CreateDiscard()
    {
        var data = DataOption.CreateForRunning();
        var north = NorthArgument();
        var positions = PositionsArgument("Which, by position.");
        var all = new Option<bool>("--all") { Description = "Everything that lies there." };
        var command = new Command("discard", "Gives data up for good: they count as dropped.")
        {
            north, positions, all, data,
        };
        command.Validators.Add(result =>
        {
            if (result.GetValue(all) == result.GetValue(positions) is { Length: > 0 })
            {
                result.AddError("Name the positions to give up, or --all for everything; not both.");
            }
        });
        command.SetAction(parsed => DataOption.SpeakAsync(parsed.GetRequiredValue(data), async client =>
        {
            using var body = BodyOf(parsed.GetValue(positions));
            var came = await client.AskAsync(
                $"{PathOf(parsed.GetRequiredValue(north))}/discard", body, ControlJson.Default.QuarantineDiscardBody);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{came.Discarded} given up."));
        }));
        return command;
    }

    private static Argument<string> NorthArgument() => new("NORTH") { Description = "The North's name." };

    private static Argument<long[]> PositionsArgument(string description) => new("POSITION")
    {
        Description = description,
        Arity = ArgumentArity.ZeroOrMore,
    };

    private static JsonContent BodyOf(long[]? positions) => JsonContent.Create(
        new QuarantineChoiceBody(positions is { Length: > 0 } ? positions : null),
        ControlJson.Default.QuarantineChoiceBody);

    private static string PathOf(string north) => $"{QuarantineRoutes.Quarantine}/{Uri.EscapeDataString(north)}";

    private static void Write(string north, QuarantinePageBody page, TextWriter output)
    {
        foreach (var datum in page.Data)
        {
            var derived = datum.IsDerived ? " (made by a transform)" : string.Empty;
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{datum.Position}  {datum.Since.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z  {datum.Reason}{derived}"));
            output.WriteLine($"    {WordsOf(datum)}");
        }

        output.WriteLine(page.Data.Count == 0
            ? $"Nothing lies in the quarantine of {north}."
            : string.Create(CultureInfo.InvariantCulture, $"{page.Count} data lie in the quarantine of {north}."));
        if (page.Next is { } next)
        {
            output.WriteLine($"There are more: --after {next}");
        }
    }

    private static string WordsOf(QuarantinedBody datum) => datum switch
    {
        { File: { } file } => $"file {file}",
        { Reading: { } reading } => InOneLine(reading),
        _ => "written by an earlier version: it can be given up and not tried again",
    };

    private static string InOneLine(JsonElement json)
    {
        var line = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(line))
        {
            json.WriteTo(writer);
        }

        return Encoding.UTF8.GetString(line.WrittenSpan);
    }
}
