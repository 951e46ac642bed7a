using System.CommandLine;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Meridian.Configuration;
using Meridian.Engine;
using Meridian.Engine.Trials;
using Meridian.Gateway.Hosting;
using Meridian.Sdk;
using Meridian.Sdk.Faults;
using Meridian.Sdk.Readings;
using Meridian.Sdk.South;
using Microsoft.Extensions.Logging;

namespace Meridian.Gateway.Commands;

/// <summary>
/// <c>meridian test</c>: tries a connector's settings, or what one item yields, before anything runs.
/// </summary>
internal static class TestCommand
{
    private static readonly TimeSpan DefaultWithin = TimeSpan.FromSeconds(10);

    public static Command Create()
    {
        var config = ConfigurationOption.Create();
        var plugins = PluginsOption.Create();
        var name = new Argument<string>("CONNECTOR")
        {
            Description = "The South or North; where both have the name, write south/NAME or north/NAME.",
        };
        var item = new Argument<string?>("ITEM")
        {
            Description = "An item of the South: shows what it yields.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var within = WithinOption();
        var settings = SettingsOption();
        var command = new Command(
            "test",
            """
            Tries the settings of a South or North, or what one item of a South yields, on a throw-away instance with an
            identity of its own. A gateway that runs with the same file notices nothing, nothing is stored, and no file
            is moved.

            Example: meridian test -c meridian.json press-1
                     meridian test -c meridian.json press-1 temperature
                     meridian test -c meridian.json press-1 --settings new-address.json
            """)
        {
            name, item, config, plugins, within, settings,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var file = parsed.GetRequiredValue(config);
            var loaded = PluginsOption.Load(parsed.GetValue(plugins), file.DirectoryName, Console.Error);
            var asked = parsed.GetRequiredValue(name);
            var good = ConfigurationOption.Read(file, loaded.Catalog);
            if (good is not null && parsed.GetValue(settings) is { } unsaved)
            {
                good = UnsavedSettings.Read(file, good, asked, unsaved, loaded.Catalog);
            }

            return good is null
                ? ExitCodes.Misconfigured
                : await TryAsync(
                    good,
                    asked,
                    parsed.GetValue(item),
                    TimeSpan.FromSeconds(parsed.GetValue(within)),
                    cancellationToken);
        });
        return command;
    }

    private static Option<double> WithinOption()
    {
        var within = new Option<double>("--within")
        {
            Description = "How many seconds a subscription waits for its first readings, and the past is looked at.",
            DefaultValueFactory = _ => DefaultWithin.TotalSeconds,
            HelpName = "SECONDS",
        };
        within.Validators.Add(static result =>
        {
            if (result.GetValueOrDefault<double>() is not (> 0 and <= 86_400))
            {
                result.AddError("--within: give more than 0 and at most 86400 seconds.");
            }
        });
        return within;
    }

    private static Option<FileInfo?> SettingsOption()
    {
        var settings = new Option<FileInfo?>("--settings")
        {
            Description = "Other settings to try instead of those in the configuration: a file with a JSON object, "
                + "in which \"***\" is the secret that the configuration has.",
            HelpName = "FILE",
        };
        settings.Validators.Add(static result =>
        {
            if (result.GetValueOrDefault<FileInfo?>() is { Exists: false } file)
            {
                result.AddError($"--settings: there is no file '{file.FullName}'; check its path.");
            }
        });
        return settings;
    }

    [SuppressMessage(
        "Design",
        "CA1031:Do not catch general exception types",
        Justification = "The supervision edge: whatever a connector throws is what the test shows.")]
    private static async Task<int> TryAsync(
        MeridianConfig config, string name, string? item, TimeSpan within, CancellationToken cancellationToken)
    {
        var (south, north) = ConnectorNamed.Find(config, name, out var problem);
        ItemConfig? found = null;
        if (problem is null && item is not null)
        {
            found = south is not null ? ConnectorNamed.FindItem(south, item, out problem) : null;
            problem ??= south is null ? $"North '{name}' has no items; leave '{item}' out." : null;
        }

        if (problem is not null)
        {
            await Console.Error.WriteLineAsync(problem);
            return ExitCodes.Misconfigured;
        }

        using var loggers = HostLogging.Create(LogLevel.Warning);
        var trials = new ConnectorTrials(new EngineServices(loggers, TimeProvider.System, HostRandom.Create()));
        try
        {
            if (found is not null)
            {
                var now = TimeProvider.System.GetUtcNow();
                var window = new HistoryWindow(now - within, now);
                Write(await trials.TestItemAsync(south!, found, window, within, cancellationToken));
            }
            else
            {
                Write(await (south is null
                    ? trials.TestAsync(north!, cancellationToken) // one of the two was found
                    : trials.TestAsync(south, cancellationToken)));
            }

            return ExitCodes.Ok;
        }
        catch (Exception failed) when (!cancellationToken.IsCancellationRequested)
        {
            var words = failed is ConnectorException fault ? $"{fault.Fault}: {fault.Message}" : failed.ToString();
            await Console.Error.WriteLineAsync($"'{name}' does not work. {words}");
            return ExitCodes.Failed;
        }
    }

    private static void Write(IReadOnlyList<Diagnostic> diagnostics)
    {
        var width = diagnostics.Select(static one => one.Key.Length).DefaultIfEmpty(0).Max();
        foreach (var diagnostic in diagnostics)
        {
            Console.WriteLine($"{diagnostic.Key.PadRight(width)}  {diagnostic.Value}");
        }

        Console.WriteLine("It works.");
    }

    private static void Write(ItemTrial trial)
    {
        using var lines = new ReadingLines(Console.Out);
        foreach (var reading in trial.Readings)
        {
            lines.Write(reading);
        }

        foreach (var file in trial.Files)
        {
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{file.Path}  {file.LengthBytes} bytes  {file.Modified.UtcDateTime:yyyy-MM-ddTHH:mm:ssZ}"));
        }

        if (trial.Problem is { } problem)
        {
            Console.WriteLine($"It is not well: {problem}");
        }

        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{Counted.Of(trial.Readings.Count, "reading")}{TypesOf(trial.Readings)}, "
            + $"{Counted.Of(trial.Files.Count, "file")}; connected in {trial.ConnectTime.TotalMilliseconds:F0} ms, "
            + $"answered in {trial.QueryTime.TotalMilliseconds:F0} ms."));
    }

    /// <summary>The types of the values, which JSON does not tell: 5 may be a double, and text a number.</summary>
    private static string TypesOf(IReadOnlyList<Reading> readings)
    {
        string[] types =
        [
            .. readings
                .GroupBy(static reading => reading.Value.Kind)
                .OrderByDescending(static group => group.Count())
                .Select(static group => string.Create(
                    CultureInfo.InvariantCulture, $"{group.Count()} {group.Key.ToString().ToLowerInvariant()}")),
        ];
        return types.Length == 0 ? string.Empty : $" ({string.Join(", ", types)})";
    }
}
