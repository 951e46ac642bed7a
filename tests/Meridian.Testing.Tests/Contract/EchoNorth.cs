using System.Net.Sockets;
using Meridian.Sdk;
using Meridian.Sdk.Faults;
using Meridian.Sdk.North;

namespace Meridian.Testing.Tests.Contract;

/// <summary>Greets as it connects, sends a byte for each reading, and waits for the echo.</summary>
internal sealed class EchoNorth(int port, EchoBehaviour behaviour) : IHandlesValues
{
    private const byte Greeting = byte.MaxValue;

    private Socket? _socket;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task ConnectAsync(CancellationToken cancellationToken)
    {
        _socket = await OpenAsync(cancellationToken);
        await AskAsync(_socket, [Greeting], cancellationToken);
    }

    public Task DisconnectAsync(CancellationToken cancellationToken)
    {
        _socket?.Dispose();
        _socket = null;
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task<IReadOnlyList<Diagnostic>> TestConnectionAsync(CancellationToken cancellationToken)
    {
        using var socket = await OpenAsync(cancellationToken);
        if (!behaviour.TestsByConnectingOnly)
        {
            await AskAsync(socket, [Greeting], cancellationToken);
        }

        return [new Diagnostic("Echo", "answers")];
    }

    public async ValueTask<DeliveryOutcome> HandleValuesAsync(ValuesBatch batch, CancellationToken cancellationToken)
    {
        var bytes = batch.Readings.ToArray().Select(static reading => (byte)reading.Value.AsInt64()).ToArray();
        if (behaviour.IsShyNow())
        {
            return DeliveryOutcome.Retry("The echo is not asked twice in a row.");
        }

        if (behaviour.IsHopeful)
        {
            await _socket!.SendAsync(bytes, cancellationToken); // Connected before.
            return DeliveryOutcome.Delivered;
        }

        await AskAsync(_socket!, bytes, cancellationToken); // Connected before.
        return DeliveryOutcome.Delivered;
    }

    /// <summary>Asks over the connection; connected before.</summary>
    public Task AskAsync(byte[] bytes, CancellationToken cancellationToken) =>
        AskAsync(_socket!, bytes, cancellationToken);

    private async Task<Socket> OpenAsync(CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync("127.0.0.1", port, cancellationToken);
            return socket;
        }
        catch (SocketException refused)
        {
            socket.Dispose();
            throw new ConnectorException(Fault.Unreachable, "The echo cannot be reached.", refused);
        }
    }

    private async Task AskAsync(Socket socket, byte[] bytes, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(behaviour.Limit);
        try
        {
            await socket.SendAsync(bytes, limit.Token);
            var answer = new byte[bytes.Length];
            for (var count = 0; count < answer.Length;)
            {
                count += await socket.ReceiveAsync(answer.AsMemory(count), limit.Token) is > 0 and var more
                    ? more
                    : throw new ConnectorException(Fault.Unreachable, "The echo closed the connection.");
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new ConnectorException(behaviour.FaultOfSilence, "The echo did not answer within its limit.");
        }
        catch (SocketException broken)
        {
            throw new ConnectorException(Fault.Unreachable, "The connection to the echo broke.", broken);
        }
    }
}
