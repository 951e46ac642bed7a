namespace Meridian.Fixtures;

/// <summary>A real MQTT broker of a test: on 127.0.0.1, with a folder of its own. One caller at a time.</summary>
public interface IBrokerServer : IAsyncDisposable
{
    /// <summary>The MQTT port, the same after each restart.</summary>
    int Port { get; }

    /// <summary>What it wrote since its last start, for the message of a failure.</summary>
    string Log { get; }

    /// <summary>Ends it in order (SIGTERM); what it keeps is saved.</summary>
    Task StopAsync();

    /// <summary>Starts it again on the same port with the same data; stops it first if it runs.</summary>
    Task RestartAsync();
}
