using System.CommandLine;
using Meridian.Gateway.Commands.Mqtt;
using Meridian.Gateway.Demo;
using Meridian.Gateway.Hosting;

namespace Meridian.Gateway.Commands;

/// <summary><c>meridian demo</c>: the main job on embedded defaults, no server needed.</summary>
internal static class DemoCommand
{
    public static Command Create()
    {
        var seconds = OptionOf.Number(
            "--seconds", "N", "Stop after this many seconds; without it, Ctrl+C stops.", 1, 86_400);
        var data = new Option<DirectoryInfo>("--data")
        {
            Description = "The folder for the demo's journal and CSV files; each run makes a folder of its own in it.",
            HelpName = "DIR",
            DefaultValueFactory = _ => new DirectoryInfo("demo-data"),
        };
        var command = new Command(
            "demo",
            """
            Runs the main job with nothing to install: a simulated plant of two lines publishes to a small MQTT broker
            in this process, over real TCP; Meridian subscribes, keeps every message safe in its journal on disk, and
            delivers to CSV files and to this console. One line a second tells what came, what is on disk, what was
            delivered, what waits.

            The last line is the account: received = delivered + waiting + quarantined + dropped + filtered.
            Ends with 0 only if it balances and nothing waits.
            """)
        {
            seconds, data,
        };
        command.SetAction(async parsed =>
        {
            using var signals = new StopSignals();
            var duration = parsed.GetValue(seconds) is { } n ? TimeSpan.FromSeconds(n) : Timeout.InfiniteTimeSpan;
            return await DemoRun.RunAsync(parsed.GetRequiredValue(data).FullName, duration, signals.Stop);
        });
        return command;
    }
}
