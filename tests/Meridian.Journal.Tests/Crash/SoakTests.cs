using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Meridian.Fixtures;
using Xunit.Abstractions;

namespace Meridian.Journal.Tests.Crash;

/// <summary>
/// Hours of work in seconds or, with the variable MERIDIAN_SOAK_SECONDS, in as many as are wanted: every number is
/// delivered in order and the memory stays as it was. <c>MERIDIAN_SOAK_SECONDS=3600 ./test --room journal</c> is the
/// full run.
/// </summary>
public sealed class SoakTests(ITestOutputHelper output)
{
    /// <summary>What a run takes until its pools, buffers and compiled code have their sizes.</summary>
    private const int WarmUpSeconds = 15;

    [Fact]
    public async Task Soak_ManyWritersAndReaders_DeliversAllAndMemoryStaysFlat()
    {
        var seconds = int.TryParse(
            Environment.GetEnvironmentVariable("MERIDIAN_SOAK_SECONDS"), CultureInfo.InvariantCulture, out var asked)
            ? asked
            : TestMode.IsLong ? 60 : 3;
        var folder = Directory.CreateTempSubdirectory("meridian-journal-").FullName;
        try
        {
            var samples = await RunAsync(folder, seconds);

            var last = samples[^1];
            output.WriteLine($"{samples.Count} samples, first {samples[0]}, last {last}");
            Assert.True(last.Appended > 100 && last.Read > 100, $"Little was done: {last}.");
            if (seconds >= 3 * WarmUpSeconds)
            {
                Assert.True(last.Dropped > 0, "Nobody was made to drop.");
                CheckFlat(samples.Where(static s => s.Seconds > WarmUpSeconds).ToList());
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private void CheckFlat(List<Sample> samples)
    {
        var half = samples.Count / 2;
        // Beside the tenth: the runtime takes and gives memory in pieces of some MB, and a sample meets what is under
        // way at that moment.
        foreach (var (name, slack, of) in ((string, long, Func<Sample, long>)[])
            [("managed", 1 << 20, static s => s.Managed), ("resident", 8 << 20, static s => s.Resident)])
        {
            var (before, after) = (Median(samples[..half].Select(of)), Median(samples[half..].Select(of)));
            output.WriteLine($"{name}: {before / 1e6:F1} MB, then {after / 1e6:F1} MB");
            Assert.True(after <= (1.1 * before) + slack, $"{name} memory grew from {before} to {after} bytes.");
        }
    }

    private static long Median(IEnumerable<long> values)
    {
        var sorted = values.Order().ToList();
        return sorted[sorted.Count / 2];
    }

    private static async Task<List<Sample>> RunAsync(string folder, int seconds)
    {
        var start = new ProcessStartInfo("dotnet")
        {
            ArgumentList =
            {
                "exec", typeof(SoakTests).Assembly.Location, "soak", folder,
                seconds.ToString(CultureInfo.InvariantCulture),
            },
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        using var process = Process.Start(start)!;
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(seconds) + Journals.Deadline);
        var faults = process.StandardError.ReadToEndAsync(timeout.Token);
        var samples = new List<Sample>();
        try
        {
            while (await process.StandardOutput.ReadLineAsync(timeout.Token) is { } line)
            {
                var numbers = line.Split(' ').Select(static n => long.Parse(n, CultureInfo.InvariantCulture)).ToList();
                samples.Add(new Sample(numbers[0], numbers[1], numbers[2], numbers[3], numbers[4], numbers[5]));
            }

            await process.WaitForExitAsync(timeout.Token);
            Assert.True(process.ExitCode == 0, await faults);
        }
        finally
        {
            process.Kill();
        }

        return samples;
    }

    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Sample(
        long Seconds, long Appended, long Read, long Dropped, long Managed, long Resident);
}
