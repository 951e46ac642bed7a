using System.Security.Cryptography.X509Certificates;

namespace Meridian.Connectors.Mqtt.Connection;

/// <summary>
/// The certificates of a client, read anew for each try to connect. Those of the try before are disposed of then, and
/// not when its handshake is done: a server of TLS 1.2 may ask for another handshake on the same connection, which
/// needs them. One try at a time, as the client asks; a try that was given up may end after the next one's, and then
/// disposes of what it read itself.
/// </summary>
/// <param name="read">Reads them; each of its own, since they are disposed of here.</param>
internal sealed class FreshCertificates(Func<CancellationToken, Task<IReadOnlyList<X509Certificate2>>> read)
{
    private readonly Lock _gate = new();
    private IReadOnlyList<X509Certificate2> _latest = []; // Under the gate, as the next.
    private long _lastTry;

    /// <summary>The certificates as they are now. They are good until the next call.</summary>
    /// <exception cref="Sdk.Faults.ConnectorException">They cannot be read.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled, or another call began meanwhile.</exception>
    public async ValueTask<IReadOnlyList<X509Certificate2>> FindAsync(CancellationToken cancellationToken)
    {
        long thisTry;
        lock (_gate)
        {
            thisTry = ++_lastTry;
        }

        var found = await read(cancellationToken).ConfigureAwait(false);
        bool isStale;
        IReadOnlyList<X509Certificate2> unused;
        lock (_gate)
        {
            isStale = thisTry != _lastTry || cancellationToken.IsCancellationRequested;
            (unused, _latest) = isStale ? (found, _latest) : (_latest, found);
        }

        foreach (var one in unused)
        {
            one.Dispose();
        }

        return isStale
            ? throw new OperationCanceledException("Nobody waits for these certificates any more.", cancellationToken)
            : found;
    }
}
