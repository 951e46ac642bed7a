using System.CommandLine;
using System.Globalization;
using System.Text;
using Meridian.Configuration;
using Meridian.Configuration.Words;
using Meridian.Engine;
using Meridian.Engine.Trials;
using Meridian.Formats.Json;
using Meridian.Gateway.Hosting;
using Meridian.Sdk.Faults;
using Meridian.Sdk.Readings;
using Meridian.Sdk.South;
using Microsoft.Extensions.Logging;

namespace Meridian.Gateway.Commands;

/// <summary><c>meridian transform test</c>: what a North's transforms make of readings.</summary>
internal static class TransformCommand
{
    public static Command Create() => new("transform", "Looks at what transforms do.")
    {
        CreateTest(),
    };

    private static Command CreateTest()
    {
        var config = ConfigurationOption.Create();
        var plugins = PluginsOption.Create();
        var north = new Argument<string>("NORTH") { Description = "The North whose transforms are run." };
        var sample = new Option<FileInfo?>("--sample")
        {
            Description = "A file with a reading a line, as JSON: {\"point\":…,\"timestamp\":…,\"value\":…}.",
            HelpName = "FILE",
        };
        var item = new Option<string?>("--item")
        {
            Description = "SOUTH/ITEM: asks the source for live readings, as 'meridian test' does.",
            HelpName = "SOUTH/ITEM",
        };
        var within = new Option<double>("--within")
        {
            Description = "How many seconds a subscription waits for its first readings, and the past is looked at.",
            DefaultValueFactory = static _ => 10,
            HelpName = "SECONDS",
        };
        var command = new Command(
            "test",
            """
            Runs the transforms of a North on sample readings or on what an item yields now, and shows line by line what
            goes in (>), what comes out (<), and why something does not. At the end open windows are closed. Nothing is
            stored or delivered.

            Example: meridian transform test -c meridian.json database --sample readings.jsonl
                     meridian transform test -c meridian.json database --item press-1/temperature
            """)
        {
            north, sample, item, within, config, plugins,
        };
        command.Validators.Add(result =>
        {
            if ((result.GetValue(sample) is null) == (result.GetValue(item) is null))
            {
                result.AddError("Give one of --sample FILE and --item SOUTH/ITEM.");
            }
        });
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var file = parsed.GetRequiredValue(config);
            var loaded = PluginsOption.Load(parsed.GetValue(plugins), file.DirectoryName, Console.Error);
            return ConfigurationOption.Read(file, loaded.Catalog) is { } good
                ? await TryAsync(
                    good,
                    parsed.GetRequiredValue(north),
                    parsed.GetValue(sample),
                    parsed.GetValue(item),
                    TimeSpan.FromSeconds(parsed.GetValue(within)),
                    cancellationToken)
                : ExitCodes.Misconfigured;
        });
        return command;
    }

    private static async Task<int> TryAsync(
        MeridianConfig config,
        string north,
        FileInfo? sample,
        string? item,
        TimeSpan within,
        CancellationToken cancellationToken)
    {
        try
        {
            var transforms = NorthOf(config, north).Transforms;
            var (south, group, readings) = sample is null
                ? await AskAsync(config, item!, within, cancellationToken) // one of the two is given
                : ("sample", null, await ReadAsync(sample.FullName, cancellationToken));
            Show(new TransformTrial(transforms), south, group, readings);
            return ExitCodes.Ok;
        }
        catch (Exception wrong) when (wrong is FormatException or IOException or UnauthorizedAccessException)
        {
            await Console.Error.WriteLineAsync(wrong.Message);
            return ExitCodes.Misconfigured;
        }
        catch (ConnectorException fault)
        {
            await Console.Error.WriteLineAsync($"{fault.Fault}: {fault.Message}");
            return ExitCodes.Failed;
        }
    }

    private static NorthConfig NorthOf(MeridianConfig config, string name) =>
        config.Norths.FirstOrDefault(one => string.Equals(one.Name, name, StringComparison.OrdinalIgnoreCase))
        ?? throw new FormatException(
            $"There is no North '{name}' in the configuration; "
            + $"{Suggestion.Hint(name, [.. config.Norths.Select(static one => one.Name)])}.");

    private static async Task<IReadOnlyList<Reading>> ReadAsync(string path, CancellationToken cancellationToken)
    {
        var readings = new List<Reading>();
        var number = 0;
        await foreach (var line in File.ReadLinesAsync(path, cancellationToken))
        {
            number++;
            if (string.IsNullOrWhiteSpace(line))
            {
                continue;
            }

            try
            {
                readings.Add(ReadingJsonReader.Read(Encoding.UTF8.GetBytes(line)));
            }
            catch (FormatException wrong)
            {
                throw new FormatException(
                    string.Create(CultureInfo.InvariantCulture, $"{path}, line {number}: {wrong.Message}"), wrong);
            }
        }

        return readings;
    }

    private static async Task<(string South, string? Group, IReadOnlyList<Reading> Readings)> AskAsync(
        MeridianConfig config, string path, TimeSpan within, CancellationToken cancellationToken)
    {
        var parts = path.Split('/', 2);
        var south = config.Souths.FirstOrDefault(
            one => string.Equals(one.Name, parts[0], StringComparison.OrdinalIgnoreCase))
            ?? throw new FormatException(
                $"There is no South '{parts[0]}' in the configuration; "
                + $"{Suggestion.Hint(parts[0], [.. config.Souths.Select(static one => one.Name)])}.");
        var item = ConnectorNamed.FindItem(south, parts.Length == 2 ? parts[1] : string.Empty, out var problem)
            ?? throw new FormatException(problem);
        using var loggers = HostLogging.Create(LogLevel.Warning);
        var trials = new ConnectorTrials(new EngineServices(loggers, TimeProvider.System, HostRandom.Create()));
        var now = TimeProvider.System.GetUtcNow();
        var trial = await trials.TestItemAsync(
            south, item, new HistoryWindow(now - within, now), within, cancellationToken);
        return (south.Name, item.Item.Group, trial.Readings);
    }

    private static void Show(TransformTrial trial, string south, string? group, IReadOnlyList<Reading> readings)
    {
        using var lines = new ReadingLines(Console.Out);
        var (left, filtered) = (0, 0);
        foreach (var reading in readings)
        {
            lines.Write(reading, "> ");
            var step = trial.Run(reading, south, group);
            left += Show(step, lines);
            if (step.FilteredBecause is { } reason)
            {
                filtered++;
                Console.WriteLine($"  {reason}");
            }
        }

        left += Show(trial.Finish(), lines);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{readings.Count} readings in, {left} out, {filtered} filtered."));
    }

    private static int Show(TransformTrialStep step, ReadingLines lines)
    {
        foreach (var reading in step.Readings)
        {
            lines.Write(reading, "< ");
        }

        return step.Readings.Count;
    }
}
