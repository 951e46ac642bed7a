using System.Globalization;
using Meridian.Engine;

namespace Meridian.Gateway.Hosting;

/// <summary>
/// The gateway on one line a second: what came, what is on disk, what was delivered, what waits, and how fast.
/// </summary>
internal static class SummaryLine
{
    /// <summary>Writes a line a second until cancelled.</summary>
    public static async Task RunAsync(MeridianEngine engine, TextWriter output, CancellationToken cancellationToken)
    {
        var time = TimeProvider.System;
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1), time);
        var before = engine.GetStatus().Account.Received;
        var at = time.GetTimestamp();
        while (await NextAsync(timer, cancellationToken))
        {
            var status = engine.GetStatus();
            var now = time.GetTimestamp();
            var rate = (status.Account.Received - before) / time.GetElapsedTime(at, now).TotalSeconds;
            (before, at) = (status.Account.Received, now);
            await output.WriteLineAsync(Describe(status, rate));
        }
    }

    private static string Describe(EngineStatus status, double rate)
    {
        var account = status.Account;
        var line = string.Create(
            CultureInfo.InvariantCulture,
            $"received {account.Received,9} | on disk {status.Journal.Bytes / 1e6,8:F1} MB "
            + $"| delivered {account.Delivered,9} | waiting {account.Waiting,7} | {rate,8:F0}/s");
        return account.Quarantined > 0
            ? string.Create(CultureInfo.InvariantCulture, $"{line} | quarantined {account.Quarantined}")
            : line;
    }

    private static async Task<bool> NextAsync(PeriodicTimer timer, CancellationToken cancellationToken)
    {
        try
        {
            return await timer.WaitForNextTickAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }
}
