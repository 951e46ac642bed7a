using System.Globalization;
using System.Text;
using Meridian.Mqtt;

namespace Meridian.Gateway.Demo;

/// <summary>Lets the simulated plant speak: publishes each signal at its period, QoS 1, over TCP to a broker.</summary>
internal sealed class PlantPublisher(MqttClient client, PlantModel plant, TimeProvider time)
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(100);

    /// <summary>Messages that the broker has acknowledged. Read it once <see cref="RunAsync"/> has ended.</summary>
    public long Published { get; private set; }

    /// <summary>Publishes until cancelled; ends when everything published is acknowledged.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        using var timer = new PeriodicTimer(Tick, time);
        for (var tick = 0L; !stop.IsCancellationRequested; tick++)
        {
            foreach (var signal in plant.Signals)
            {
                if (tick % signal.Every == 0)
                {
                    var payload = Payload(signal.Next());
                    await client.PublishAsync(
                        signal.Topic, payload, MqttQos.AtLeastOnce, cancellationToken: CancellationToken.None);
                    Published++;
                }
            }

            try
            {
                await timer.WaitForNextTickAsync(stop);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    private byte[] Payload(PlantSample sample)
    {
        var now = time.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
        return Encoding.UTF8.GetBytes($$"""{"value":{{sample.Json}},"ts":"{{now}}","quality":"{{sample.Quality}}"}""");
    }
}
