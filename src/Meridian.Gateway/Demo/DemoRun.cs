using System.Globalization;
using Meridian.Engine;
using Meridian.Engine.Supervision;
using Meridian.Gateway.Commands;
using Meridian.Gateway.Hosting;
using Meridian.Journal.Faults;
using Meridian.Mqtt;
using Meridian.Mqtt.Testing;

namespace Meridian.Gateway.Demo;

/// <summary>
/// The main job in one process: plant → broker → MQTT South → journal → CSV files and console. At the end the plant
/// stops first, then Meridian takes what the broker still holds, delivers it, and the account is drawn.
/// </summary>
internal sealed class DemoRun(MeridianEngine engine, PlantPublisher plant, TimeProvider time)
{
    /// <summary>How long Meridian may take for what the plant left at the broker; it takes milliseconds.</summary>
    private static readonly TimeSpan CatchUpTime = TimeSpan.FromSeconds(10);

    public static async Task<int> RunAsync(string dataFolder, TimeSpan duration, CancellationToken stop)
    {
        var time = TimeProvider.System;
        var folder = Path.Combine(
            dataFolder, time.GetUtcNow().ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture));
        var files = Path.Combine(folder, "files");
        try
        {
            await using var broker = await MqttTestBroker.StartAsync(cancellationToken: stop);
            await File.WriteAllTextAsync(
                Path.Combine(Directory.CreateDirectory(folder).FullName, "meridian.json"),
                DemoConfiguration.Write(broker.Port, files),
                stop);
            var config = DemoConfiguration.Read(DemoConfiguration.Write(broker.Port, files));
            using var loggers = HostLogging.Create();
            var services = new EngineServices(loggers, time, HostRandom.Create());
            await using var engine = await MeridianEngine.OpenAsync(config, folder, services, stop);
            await using var client = new MqttClient(
                new MqttClientOptions { Server = MqttServer.Tcp(broker.Host, broker.Port), ClientId = "plant" });
            var plant = new PlantModel(HostRandom.Create());
            Console.WriteLine(
                $"A plant of {plant.Signals.Count} signals → MQTT on port {broker.Port} → journal → CSV in {files}");
            return await new DemoRun(engine, new PlantPublisher(client, plant, time), time)
                .RunAsync(client, duration, stop);
        }
        catch (Exception refused) when (refused is JournalException or MqttException or IOException
            or UnauthorizedAccessException)
        {
            await Console.Error.WriteLineAsync(refused.Message);
            return ExitCodes.Failed;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return ExitCodes.Ok;
        }
    }

    private async Task<int> RunAsync(MqttClient client, TimeSpan duration, CancellationToken stop)
    {
        using var stopEngine = new CancellationTokenSource();
        using var stopSummary = new CancellationTokenSource();
        using var stopPlant = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var running = engine.RunAsync(stopEngine.Token);
        var summary = SummaryLine.RunAsync(engine, Console.Out, stopSummary.Token);

        // The plant starts once Meridian listens: a broker owes nothing to a subscriber that was not there yet.
        await WaitAsync(() => engine.GetStatus().Souths[0].Connector.State == ConnectorState.Running, stop);
        await client.ConnectAsync(stop);
        stopPlant.CancelAfter(duration);
        await plant.RunAsync(stopPlant.Token);
        await client.DisconnectAsync(CancellationToken.None);

        using (var patience = new CancellationTokenSource(CatchUpTime, time))
        {
            await WaitAsync(() => engine.GetStatus().Account.Received >= plant.Published, patience.Token);
        }

        await stopEngine.CancelAsync();
        await running;
        await stopSummary.CancelAsync();
        await summary;
        return Conclude();
    }

    private int Conclude()
    {
        var status = engine.GetStatus();
        var isComplete = status.Account is { IsBalanced: true, Waiting: 0 }
            && status.Account.Received == plant.Published;
        if (!isComplete)
        {
            Console.Error.WriteLine(
                $"The plant published {plant.Published}; the account below does not balance with that.");
        }

        Console.WriteLine(status.Account);
        return isComplete ? ExitCodes.Ok : ExitCodes.Failed;
    }

    private async Task WaitAsync(Func<bool> condition, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20), time);
        try
        {
            while (!condition() && await timer.WaitForNextTickAsync(cancellationToken))
            {
                // The condition is asked again at the next tick.
            }
        }
        catch (OperationCanceledException)
        {
            // Whoever waited looks at the state itself.
        }
    }
}
