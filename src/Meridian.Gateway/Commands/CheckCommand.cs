using System.CommandLine;

namespace Meridian.Gateway.Commands;

/// <summary><c>meridian check</c>: every problem of a configuration at once.</summary>
internal static class CheckCommand
{
    public static Command Create()
    {
        var config = ConfigurationOption.Create();
        var command = new Command(
            "check",
            """
            Checks a configuration and reports every problem at once, each with its path, its line and the way out.

            Example: meridian check -c meridian.json
            Ends with 0 when the file is good, 2 when it is not. Nothing is started and no network is touched.
            """)
        {
            config,
        };
        command.SetAction(parsed =>
        {
            if (ConfigurationOption.Read(parsed.GetRequiredValue(config)) is not { } good)
            {
                return ExitCodes.Misconfigured;
            }

            var items = good.Souths.Sum(south => south.Items.Count);
            Console.WriteLine(
                $"The configuration is good: {good.Souths.Count} South with {items} items, {good.Norths.Count} North.");
            return ExitCodes.Ok;
        });
        return command;
    }
}
