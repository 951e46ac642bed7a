using System.CommandLine;
using System.CommandLine.Parsing;
using Meridian.Gateway.Commands.Mqtt;

namespace Meridian.Gateway.Commands;

/// <summary>The command line as a whole.</summary>
internal static class MeridianCommand
{
    public static RootCommand Create() => new(
        """
        Meridian carries industrial data from South to North: it collects values from machines and brokers, keeps them
        safe on disk, and delivers them to databases, files and brokers. A datum is acknowledged to its source only when
        it is on disk, and leaves the disk only when its destination has it.

        Try it:          meridian demo --seconds 20
        Check a file:    meridian check -c meridian.json
        Compare two:     meridian diff meridian.json meridian.next.json
        Try a connector: meridian test -c meridian.json NAME
        Run a gateway:   meridian run -c meridian.json --data ./meridian-data
        How it fares:    meridian status --data ./meridian-data
        Look inside:     meridian journal inspect ./meridian-data

        Exit codes: 0 all is well, 1 it failed (the message says why), 2 the configuration or the command line is wrong.
        """)
    {
        RunCommand.Create(),
        TestCommand.Create(),
        TransformCommand.Create(),
        StatusCommand.Create(),
        BackfillCommand.Create(),
        QuarantineCommand.Create(),
        ReplayCommand.Create(),
        CheckCommand.Create(),
        DiffCommand.Create(),
        SecretCommand.Create(),
        SchemaCommand.Create(),
        DemoCommand.Create(),
        MqttCommand.Create(),
        JournalCommand.Create(),
    };

    /// <summary>The command that was asked for, as the user writes it.</summary>
    public static string NameOf(ParseResult parsed)
    {
        var names = new List<string>();
        for (var result = parsed.CommandResult; result is not null; result = result.Parent as CommandResult)
        {
            names.Insert(0, result.Command is RootCommand ? "meridian" : result.Command.Name);
        }

        return string.Join(' ', names);
    }
}
