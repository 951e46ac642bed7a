using System.CommandLine;

namespace Meridian.Gateway.Commands;

/// <summary><c>meridian check</c>: every problem of a configuration at once.</summary>
internal static class CheckCommand
{
    public static Command Create()
    {
        var config = ConfigurationOption.Create();
        var plugins = PluginsOption.Create();
        var command = new Command(
            "check",
            """
            Checks a configuration and reports every problem at once, each with its path, its line and the way out. A
            plug-in that does not fit is one of them.

            Example: meridian check -c meridian.json
            Ends with 0 when the file is good, 2 when it is not. Nothing is started and no network is touched.
            """)
        {
            config, plugins,
        };
        command.SetAction(parsed =>
        {
            var file = parsed.GetRequiredValue(config);
            var loaded = PluginsOption.Load(parsed.GetValue(plugins), file.DirectoryName, Console.Out);
            if (ConfigurationOption.Read(file, loaded.Catalog) is not { } good || loaded.Problems.Count > 0)
            {
                return ExitCodes.Misconfigured;
            }

            var items = good.Souths.Sum(south => south.Items.Count);
            Console.WriteLine(
                $"The configuration is good: {Counted.Of(good.Souths.Count, "South")} with "
                + $"{Counted.Of(items, "item")}, {Counted.Of(good.Norths.Count, "North")}.");
            ConfigurationOption.Advise(good, Console.Out);
            return ExitCodes.Ok;
        });
        return command;
    }
}
