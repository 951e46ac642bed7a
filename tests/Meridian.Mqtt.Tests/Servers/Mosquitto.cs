using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;

namespace Meridian.Mqtt.Tests.Servers;

/// <summary>A mosquitto of one test, on 127.0.0.1 and a free port, gone with the test.</summary>
internal sealed class Mosquitto : IAsyncDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(10);

    private readonly string _folder = Directory.CreateTempSubdirectory("meridian-mosquitto-").FullName;
    private Process? _process;

    private Mosquitto(int port) => Port = port;

    public int Port { get; }

    public MqttClientOptions Options => new() { Server = MqttServer.Tcp("127.0.0.1", Port) };

    [SuppressMessage("Reliability", "CA2000:Dispose objects before losing scope", Justification = "The test owns it.")]
    public static async Task<Mosquitto> StartAsync()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        var server = new Mosquitto(((IPEndPoint)probe.LocalEndpoint).Port);
        probe.Stop();
        var lines = new[]
        {
            "persistence false",
            "max_queued_messages 0",
            "max_inflight_messages 1000",
            $"listener {server.Port} 127.0.0.1",
            "allow_anonymous true",
        };
        await File.WriteAllLinesAsync(Path.Combine(server._folder, "m.conf"), lines);
        await server.RunAsync();
        return server;
    }

    public async Task RestartAsync()
    {
        Stop();
        await RunAsync();
    }

    public ValueTask DisposeAsync()
    {
        Stop();
        Directory.Delete(_folder, recursive: true);
        return ValueTask.CompletedTask;
    }

    private async Task RunAsync()
    {
        _process = Process.Start(new ProcessStartInfo("mosquitto", ["-c", Path.Combine(_folder, "m.conf")])
        {
            UseShellExecute = false,
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        });
        var start = TimeProvider.System.GetTimestamp();
        while (true)
        {
            try
            {
                using var socket = new TcpClient();
                await socket.ConnectAsync(IPAddress.Loopback, Port);
                return;
            }
            catch (SocketException) when (TimeProvider.System.GetElapsedTime(start) < Deadline)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System);
            }
        }
    }

    private void Stop()
    {
        _process?.Kill();
        _process?.WaitForExit();
        _process?.Dispose();
        _process = null;
    }
}
