using System.IO.Pipelines;
using System.Net;

namespace Meridian.Mqtt.Transport;

/// <summary>One end of a connection within the process, for tests without sockets.</summary>
internal sealed class MemoryTransport : ITransport
{
    private readonly Pipe _incoming;
    private readonly Pipe _outgoing;

    private MemoryTransport(Pipe incoming, Pipe outgoing) => (_incoming, _outgoing) = (incoming, outgoing);

    public PipeReader Input => _incoming.Reader;

    public EndPoint? LocalEndPoint => null;

    public EndPoint? RemoteEndPoint => null;

    /// <summary>Two ends of one connection. Writing waits when the other end has 64 KiB unread.</summary>
    public static (MemoryTransport Client, MemoryTransport Server) CreatePair()
    {
        var toServer = new Pipe();
        var toClient = new Pipe();
        return (new MemoryTransport(toClient, toServer), new MemoryTransport(toServer, toClient));
    }

    public async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        var flush = await _outgoing.Writer.WriteAsync(bytes, cancellationToken).ConfigureAwait(false);
        if (flush.IsCompleted)
        {
            throw new IOException("The other end has closed the connection.");
        }
    }

    public ValueTask EndWritingAsync(CancellationToken cancellationToken) => _outgoing.Writer.CompleteAsync();

    public void Abort()
    {
        // The writers are safe to complete from any thread; a pending read of either end wakes by it.
        _outgoing.Writer.Complete();
        _incoming.Writer.Complete(new IOException("The connection was aborted."));
    }

    public async ValueTask DisposeAsync()
    {
        Abort();
        await _incoming.Reader.CompleteAsync().ConfigureAwait(false);
    }
}
