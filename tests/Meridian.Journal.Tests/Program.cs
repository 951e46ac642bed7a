using Meridian.Journal.Tests.Crash;

namespace Meridian.Journal.Tests;

// The processes that tests start beside themselves: one that is killed, one whose memory is watched.
internal static class Program
{
    private static Task Main(string[] args) => args switch
    {
        ["write", var folder, var first] => WritingProcess.RunAsync(folder, Number(first)),
        ["soak", var folder, var seconds] => SoakProcess.RunAsync(folder, TimeSpan.FromSeconds(Number(seconds))),
        _ => Task.CompletedTask,
    };

    private static long Number(string text) => long.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
}
