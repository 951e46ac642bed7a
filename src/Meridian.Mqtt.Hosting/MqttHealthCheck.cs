using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Meridian.Mqtt.Hosting;

/// <summary>Healthy while the client is connected; otherwise what the registration says a failure is.</summary>
internal sealed class MqttHealthCheck(IMqttClients clients, string name) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(
        HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var client = clients.GetClient(name);
        var queue = client.Queue;
        var figures = new Dictionary<string, object>(StringComparer.Ordinal)
        {
            ["clientId"] = client.ClientId,
            ["waiting"] = queue.Waiting,
            ["inFlight"] = queue.InFlight,
        };
        return Task.FromResult(client.IsConnected
            ? HealthCheckResult.Healthy($"MQTT client '{name}' is connected.", figures)
            : new HealthCheckResult(
                context.Registration.FailureStatus,
                $"MQTT client '{name}' is not connected; {queue.Waiting} messages wait.",
                exception: null,
                figures));
    }
}
