using System.CommandLine;
using Meridian.Configuration;
using Meridian.Engine;
using Meridian.Gateway.Configuring;
using Meridian.Gateway.Control;
using Meridian.Gateway.Hosting;
using Meridian.Journal.Faults;
using Microsoft.Extensions.Logging;

namespace Meridian.Gateway.Commands;

/// <summary><c>meridian run</c>: the gateway itself.</summary>
internal static class RunCommand
{
    public static Command Create()
    {
        var config = ConfigurationOption.Create();
        var plugins = PluginsOption.Create();
        var data = DataOption.Create(
            "The folder for the journal and the quarantine; made when missing. One gateway per folder.");
        var summary = new Option<bool>("--summary")
        {
            Description = "Print the account once a second: received, delivered, waiting, rate.",
        };
        var command = new Command(
            "run",
            """
            Runs a gateway until SIGINT (Ctrl+C) or SIGTERM, then stops in order: Souths first, Norths deliver what
            waits for at most gateway.drainTime, exit code 0. What still waits is on disk and is delivered after the
            next start. A plug-in that does not fit is left out with a line that says why; only a configuration that
            uses it does not start.

            The files of the configuration are watched: a valid change is applied as it runs and touches only what
            differs; one with problems is told and left alone.

            Example: meridian run -c meridian.json --data /var/lib/meridian
            """)
        {
            config, data, plugins, summary,
        };
        command.SetAction(parsed =>
        {
            var file = parsed.GetRequiredValue(config);
            var loaded = PluginsOption.Load(parsed.GetValue(plugins), file.DirectoryName, Console.Out);
            var environment = ConfigurationOption.EnvironmentOf(file);
            var (source, good) = ConfigurationOption.Read(file, loaded.Catalog, environment);
            return good is null
                ? Task.FromResult(ExitCodes.Misconfigured)
                : RunAsync(
                    good,
                    parsed.GetRequiredValue(data).FullName,
                    parsed.GetValue(summary),
                    (engine, services, stop) => new ConfigurationWatch(
                        engine,
                        loaded.Catalog,
                        environment,
                        services.Loggers.CreateLogger<ConfigurationWatch>(),
                        services.Time).RunAsync(source, stop));
        });
        return command;
    }

    private static async Task<int> RunAsync(
        MeridianConfig config,
        string dataFolder,
        bool showsSummary,
        Func<MeridianEngine, EngineServices, CancellationToken, Task> watch)
    {
        using var signals = new StopSignals();
        using var loggers = HostLogging.Create();
        var services = new EngineServices(loggers, TimeProvider.System, HostRandom.Create());
        try
        {
            await using var engine = await MeridianEngine.OpenAsync(config, dataFolder, services, signals.Stop);
            await using var control = await ControlServer.StartAsync(engine, dataFolder, loggers);
            ConfigurationOption.Advise(config, Console.Out);
            Console.WriteLine(
                $"Meridian is running: journal {engine.JournalId} in {dataFolder}. Ctrl+C stops it in order.");
            using var ended = new CancellationTokenSource();
            var summary = showsSummary ? SummaryLine.RunAsync(engine, Console.Out, ended.Token) : Task.CompletedTask;
            var watching = watch(engine, services, signals.Stop);
            await engine.RunAsync(signals.Stop);
            await ended.CancelAsync();
            await Task.WhenAll(summary, watching);
            Console.WriteLine(engine.GetStatus().Account);
            return ExitCodes.Ok;
        }
        catch (Exception refused) when (refused is JournalException or IOException or UnauthorizedAccessException)
        {
            await Console.Error.WriteLineAsync(refused.Message);
            return ExitCodes.Failed;
        }
    }
}
