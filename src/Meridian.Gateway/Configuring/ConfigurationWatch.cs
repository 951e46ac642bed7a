using Meridian.Configuration;
using Meridian.Configuration.Files;
using Meridian.Configuration.References;
using Meridian.Engine;
using Meridian.Engine.Reconciling;
using Meridian.Gateway.Commands;
using Microsoft.Extensions.Logging;

namespace Meridian.Gateway.Configuring;

/// <summary>
/// Looks after the files of the configuration while the gateway runs: a change that is valid is applied, one that is
/// not is told and left alone; what ran goes on.
/// </summary>
/// <remarks>
/// It looks at names, times and lengths once a second in place of asking the system to be told: that works on every
/// file system, network shares and mounted volumes too.
/// </remarks>
internal sealed class ConfigurationWatch(
    MeridianEngine engine,
    ConnectorCatalog catalog,
    IConfigurationEnvironment environment,
    ILogger<ConfigurationWatch> log,
    TimeProvider time)
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    /// <summary>Watches until cancelled.</summary>
    /// <param name="running">The files of what runs.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task RunAsync(ConfigurationSource running, CancellationToken cancellationToken)
    {
        var seen = running;
        var stamp = string.Empty; // It may have changed since it was read.
        string? failure = null;
        using var timer = new PeriodicTimer(Period, time);
        while (await NextAsync(timer, cancellationToken))
        {
            try
            {
                var now = FileStamps.Of(seen, environment);
                if (string.Equals(now, stamp, StringComparison.Ordinal))
                {
                    continue;
                }

                // Whoever writes it may not be done; what is not valid yet is told only when it stays so.
                now = await SettleAsync(seen, now, timer, cancellationToken);
                var next = ConfigurationSource.Load(running.Main.Path, environment);
                if (!string.Equals(next.Tag, seen.Tag, StringComparison.Ordinal))
                {
                    await TakeAsync(next, cancellationToken);
                }

                (seen, stamp, failure) = (next, now, null); // Of before it was read, so nothing falls between.
            }
            catch (Exception stopped) when (cancellationToken.IsCancellationRequested
                && stopped is OperationCanceledException or InvalidOperationException)
            {
                return; // The engine stops, and takes no change any more.
            }
            catch (Exception failed) when (failed is IOException or UnauthorizedAccessException
                or InvalidOperationException)
            {
                // Tried again at the next look; told once.
                if (!string.Equals(failure, failed.Message, StringComparison.Ordinal))
                {
                    log.LogUnreadable(running.Main.Path, failed.Message);
                }

                failure = failed.Message;
            }
        }
    }

    private async Task<string> SettleAsync(
        ConfigurationSource seen, string stamp, PeriodicTimer timer, CancellationToken cancellationToken)
    {
        while (await NextAsync(timer, cancellationToken))
        {
            var now = FileStamps.Of(seen, environment);
            if (string.Equals(now, stamp, StringComparison.Ordinal))
            {
                break;
            }

            stamp = now;
        }

        return stamp;
    }

    private async Task TakeAsync(ConfigurationSource next, CancellationToken cancellationToken)
    {
        var result = ConfigurationReader.Read(next, catalog, environment);
        if (!result.IsValid)
        {
            log.LogInvalid(result.Problems.Count);
            foreach (var problem in result.Problems)
            {
                log.LogProblem(problem.ToString());
            }

            return;
        }

        foreach (var line in ChangeLines.Of(ConfigurationChange.Between(engine.Config, result.Config)))
        {
            log.LogChange(line);
        }

        await engine.ApplyAsync(result.Config, cancellationToken);
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
