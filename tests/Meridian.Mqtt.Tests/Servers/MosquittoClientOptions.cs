using Meridian.Fixtures;

namespace Meridian.Mqtt.Tests.Servers;

/// <summary>How the tests reach a mosquitto of their own.</summary>
internal static class MosquittoClientOptions
{
    extension(MosquittoServer server)
    {
        /// <summary>Options of a client that it lets in.</summary>
        public MqttClientOptions Options => new() { Server = MqttServer.Tcp("127.0.0.1", server.Port) };
    }
}
