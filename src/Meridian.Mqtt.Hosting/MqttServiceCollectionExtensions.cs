using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Meridian.Mqtt.Hosting;

/// <summary>Adds MQTT clients to an application.</summary>
public static class MqttServiceCollectionExtensions
{
    /// <summary>Adds a named client: connected when the host starts, disconnected when it stops. Inject <see
    /// cref="IMqttClients"/>, or the client itself with <c>[FromKeyedServices(name)]</c>.</summary>
    /// <param name="services">The services.</param>
    /// <param name="name">The name; once per application.</param>
    /// <param name="configure">Sets the options; what is wrong with them fails the start with all problems.</param>
    /// <returns>The services.</returns>
    /// <exception cref="ArgumentException">A client of this name was added before.</exception>
    public static IServiceCollection AddMqttClient(
        this IServiceCollection services, string name, Action<MqttHostingOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(configure);
        var clientName = new MqttClientName(name);
        if (services.Any(service => clientName.Equals(service.ImplementationInstance)))
        {
            throw new ArgumentException($"An MQTT client '{name}' was added before; names are unique.", nameof(name));
        }

        services.AddLogging();
        services.AddSingleton(clientName);
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<MqttClients>();
        services.TryAddSingleton<IMqttClients>(static provider => provider.GetRequiredService<MqttClients>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, MqttClientsLife>());
        services.TryAddEnumerable(
            ServiceDescriptor.Singleton<IValidateOptions<MqttHostingOptions>, MqttHostingOptionsValidator>());
        services.AddOptions<MqttHostingOptions>(name).Configure(configure).ValidateOnStart();

        // A factory's result would be disposed of by the container too; a client may be disposed of twice.
        services.AddKeyedSingleton<MqttClient>(
            name, static (provider, key) => provider.GetRequiredService<IMqttClients>().GetClient((string)key!));
        return services;
    }

    /// <summary>Adds a health check: healthy while the named client is connected.</summary>
    /// <param name="health">The health checks.</param>
    /// <param name="name">The client's name; the check is called <c>mqtt-NAME</c>.</param>
    /// <param name="failureStatus">What it is without a connection; null for <see
    /// cref="HealthStatus.Unhealthy"/>. A client that stores what it publishes may call it degraded.</param>
    /// <param name="tags">Tags to filter checks by, or null.</param>
    /// <returns>The health checks.</returns>
    public static IHealthChecksBuilder AddMqttClient(
        this IHealthChecksBuilder health,
        string name,
        HealthStatus? failureStatus = null,
        IEnumerable<string>? tags = null)
    {
        ArgumentNullException.ThrowIfNull(health);
        return health.Add(new HealthCheckRegistration(
            $"mqtt-{name}",
            provider => new MqttHealthCheck(provider.GetRequiredService<IMqttClients>(), name),
            failureStatus,
            tags));
    }
}
