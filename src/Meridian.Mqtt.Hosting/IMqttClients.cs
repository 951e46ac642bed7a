namespace Meridian.Mqtt.Hosting;

/// <summary>The named clients of an application. Any thread.</summary>
public interface IMqttClients
{
    /// <summary>Gives a client; the host connects and ends it, nobody else disposes of it.</summary>
    /// <param name="name">The name it was added with.</param>
    /// <returns>The client, the same at each call. Before the host has started it is not connected.</returns>
    /// <exception cref="ArgumentException">No client was added with this name.</exception>
    MqttClient GetClient(string name);
}
