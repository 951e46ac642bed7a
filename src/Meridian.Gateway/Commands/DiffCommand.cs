using System.CommandLine;
using Meridian.Engine.Reconciling;

namespace Meridian.Gateway.Commands;

/// <summary><c>meridian diff</c>: what going over from one configuration to another would do.</summary>
internal static class DiffCommand
{
    public static Command Create()
    {
        var before = new Argument<FileInfo>("BEFORE") { Description = "The configuration that runs." };
        var after = new Argument<FileInfo>("AFTER") { Description = "The configuration that shall run." };
        var plugins = PluginsOption.Create();
        var command = new Command(
            "diff",
            """
            Says what going over from one configuration to another would do: what starts, stops or restarts and why, and
            what goes on without a reconnect. It compares what the files mean: order, comments and layout are no
            difference. Settings are named, their values are not shown.

            Example: meridian diff meridian.json meridian.next.json
            Ends with 0 when both files are good, 2 when one is not. Nothing is started or changed.
            """)
        {
            before, after, plugins,
        };
        command.SetAction(parsed =>
        {
            var (running, next) = (parsed.GetRequiredValue(before), parsed.GetRequiredValue(after));
            var loaded = PluginsOption.Load(parsed.GetValue(plugins), running.DirectoryName, Console.Error);
            var configs = new[] { running, next }
                .Select(file => ConfigurationOption.Read(file, loaded.Catalog))
                .ToArray();
            if (configs is not [{ } first, { } second])
            {
                return ExitCodes.Misconfigured;
            }

            foreach (var line in ChangeLines.Of(ConfigurationChange.Between(first, second)))
            {
                Console.WriteLine(line);
            }

            return ExitCodes.Ok;
        });
        return command;
    }
}
