using System.Security.Cryptography.X509Certificates;

namespace Meridian.Connectors.Mqtt.Connection;

/// <summary>
/// The certificates of a client, read anew for each try to connect. Those of the try before are disposed of then, and
/// not when its handshake is done: a server of TLS 1.2 may ask for another handshake on the same connection, which
/// needs them. One try at a time, as the client asks.
/// </summary>
/// <param name="read">Reads them; each of its own, since they are disposed of here.</param>
internal sealed class FreshCertificates(Func<CancellationToken, Task<IReadOnlyList<X509Certificate2>>> read)
{
    private IReadOnlyList<X509Certificate2> _latest = [];

    /// <summary>The certificates as they are now. They are good until the next call.</summary>
    /// <exception cref="Sdk.Faults.ConnectorException">They cannot be read.</exception>
    public async ValueTask<IReadOnlyList<X509Certificate2>> FindAsync(CancellationToken cancellationToken)
    {
        var found = await read(cancellationToken).ConfigureAwait(false);
        foreach (var one in Interlocked.Exchange(ref _latest, found))
        {
            one.Dispose();
        }

        return found;
    }
}
