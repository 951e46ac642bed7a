using System.Globalization;
using Meridian.Configuration;
using Meridian.Configuration.Schedules;

namespace Meridian.Benchmarks.Engine;

/// <summary>How long it takes from a snapshot, in which one item among 50,000 differs, until it runs so.</summary>
internal static class ChangeTrial
{
    private const int Items = 50_000;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private static TimeProvider Time => TimeProvider.System;

    /// <summary>One line for each kind of change.</summary>
    /// <param name="isPolled">Whether the items are asked for on a schedule, and not subscribed to.</param>
    /// <param name="times">How often.</param>
    public static async Task<IReadOnlyList<string>> RunAsync(bool isPolled, int times)
    {
        // The one that changes has a pace of its own, so that what is heard of it is its own unit's.
        Schedule all = isPolled ? new PeriodSchedule(TimeSpan.FromHours(1)) : SubscriptionSchedule.Instance;
        Schedule own = isPolled ? new PeriodSchedule(TimeSpan.FromMilliseconds(10)) : SubscriptionSchedule.Instance;
        var south = new ChangingSouth();
        var north = new MeasuringNorth();
        await using var run = new EngineRun();
        await run.StartAsync(new MeridianConfig
        {
            Souths = [south.Snapshot(Items, all, address: null, own)],
            Norths = [north.Config],
        });
        var (added, changed, removed) = (new List<double>(), new List<double>(), new List<double>());
        for (var i = 0; i <= times; i++)
        {
            added.Add(await ApplyAsync("first", 'a'));
            changed.Add(await ApplyAsync("other", 'c'));
            removed.Add(await ApplyAsync(address: null, 'r'));
        }

        var kind = isPolled ? "polled" : "subscribed";
        return [Line($"{kind}, added", added), Line($"{kind}, changed", changed), Line($"{kind}, removed", removed)];

        async Task<double> ApplyAsync(string? address, char change)
        {
            var next = new MeridianConfig
            {
                Souths = [south.Snapshot(Items, all, address, own)],
                Norths = [north.Config],
            };
            south.Heard.Clear();
            var started = Time.GetTimestamp();
            _ = await run.Engine.ApplyAsync(next, CancellationToken.None);
            if (isPolled && change == 'r')
            {
                // It is heard of in its pace until it is gone; nothing for so long, and the last time was the end.
                await Task.Delay(TimeSpan.FromMilliseconds(300), Time);
                var last = south.Heard.LastOrDefault().At;
                return last == 0 ? 0 : Time.GetElapsedTime(started, last).TotalMilliseconds;
            }

            var what = isPolled ? '?' : change == 'r' ? '-' : '+';
            while (true)
            {
                var heard = south.Heard.FirstOrDefault(
                    one => one.What == what
                        && (address is null || one.Address.Equals(address, StringComparison.Ordinal)));
                if (heard.At != 0)
                {
                    return Time.GetElapsedTime(started, heard.At).TotalMilliseconds;
                }

                if (Time.GetElapsedTime(started) > Patience)
                {
                    throw new TimeoutException($"A change '{change}' did not come to its South.");
                }

                await Task.Delay(TimeSpan.FromMilliseconds(1), Time);
            }
        }
    }

    /// <summary>Without the first time, which compiles.</summary>
    private static string Line(string name, List<double> milliseconds)
    {
        var sorted = milliseconds.Skip(1).Order().ToArray();
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{name,-24} {sorted[0],9:F1} {sorted[sorted.Length / 2],9:F1} {sorted[^1],9:F1}");
    }
}
