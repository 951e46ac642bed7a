using System.Net;
using System.Net.Sockets;
using Meridian.Benchmarks.Clients.Peer;

namespace Meridian.Benchmarks.Clients.Contestants;

/// <summary>
/// No client at all: it moves bytes that were encoded before, on one thread, and counts what must be counted. What it
/// reaches is what the loopback and the peer allow on this machine.
/// </summary>
internal static class RawClient
{
    /// <summary>Does the work; idle connections are none of its.</summary>
    public static async Task<TrialFigures> RunAsync(TrialSettings settings)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.NoDelay = true;
        await RunOnThreadAsync(() => socket.Connect(IPAddress.Loopback, settings.Port));
        if (settings.Work.Kind == ClientWorkKind.Awaited)
        {
            return await AwaitEachAsync(socket, settings);
        }

        var connection = new WireConnection(socket);
        connection.Say(Connect(settings));
        if (settings.Work.Kind == ClientWorkKind.Receive)
        {
            connection.Say(Subscribe(settings));
        }
        else
        {
            connection.Publishes = new EncodedPublishes(settings.Work.Qos, settings.ProtocolLevel == 5);
        }

        using var stop = new CancellationTokenSource();
        var running = RunOnThreadAsync(() => connection.Run(stop.Token));
        var figures = await MeasuredSpan.TakeAsync(settings, (settings.Work.Kind, settings.Work.Qos) switch
        {
            (ClientWorkKind.Receive, _) => () => connection.Received,
            (_, 0) => () => connection.Publishes!.Sent, // Set above for every other kind.
            _ => () => connection.Completed,
        });
        await stop.CancelAsync();
        await running;
        return figures;
    }

    private static async Task<TrialFigures> AwaitEachAsync(Socket socket, TrialSettings settings)
    {
        var trips = new RoundTrips();
        using var stop = new CancellationTokenSource();
        var running = RunOnThreadAsync(() => SendEach(socket, settings, trips, stop.Token));
        var figures = await MeasuredSpan.TakeAsync(settings, () => trips.Count);
        await stop.CancelAsync();
        await running;
        return trips.Describe(figures);
    }

    private static void SendEach(
        Socket socket, TrialSettings settings, RoundTrips trips, CancellationToken cancellationToken)
    {
        var isVersion5 = settings.ProtocolLevel == 5;
        var answer = new byte[5];
        socket.Send(Connect(settings));
        Fill(socket, answer.AsSpan(0, isVersion5 ? 5 : 4));
        var publishes = new EncodedPublishes(1, isVersion5);
        var packetBytes = EncodedPublishes.PacketBytes(1, isVersion5);
        while (!cancellationToken.IsCancellationRequested)
        {
            // The socket blocks, so each packet goes in whole.
            var started = TimeProvider.System.GetTimestamp();
            publishes.OnSent(socket.Send(publishes.Next(trips.Count)[..packetBytes]));
            Fill(socket, answer.AsSpan(0, 4));
            trips.AddSince(started);
        }
    }

    private static void Fill(Socket socket, Span<byte> answer)
    {
        while (!answer.IsEmpty)
        {
            var count = socket.Receive(answer);
            answer = answer[(count > 0 ? count : throw new IOException("The peer closed the connection."))..];
        }
    }

    private static Task RunOnThreadAsync(Action work) => Task.Factory.StartNew(
        work, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private static byte[] Connect(TrialSettings settings) => settings.ProtocolLevel == 5
        ? [0x10, 16, 0, 4, .. "MQTT"u8, 5, 2, 0, 60, 0, 0, 3, .. "raw"u8]
        : [0x10, 15, 0, 4, .. "MQTT"u8, 4, 2, 0, 60, 0, 3, .. "raw"u8];

    private static byte[] Subscribe(TrialSettings settings) => settings.ProtocolLevel == 5
        ? [0x82, 7, 0, 1, 0, 0, 1, (byte)'#', (byte)settings.Work.Qos]
        : [0x82, 6, 0, 1, 0, 1, (byte)'#', (byte)settings.Work.Qos];
}
