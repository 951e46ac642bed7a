using Meridian.Sdk;
using Meridian.Sdk.Faults;

namespace Meridian.Connectors.Http.Client;

/// <summary>The server of a South or a North, from connect to disconnect. One call at a time.</summary>
/// <param name="settings">Where and how.</param>
/// <param name="auth">With which credentials.</param>
/// <param name="probe">What is asked to see whether the server is there.</param>
/// <param name="time">The clock.</param>
internal sealed class ServerLink(
    HttpClientSettings settings, HttpAuthSettings? auth, HttpProbe probe, TimeProvider time) : IDisposable
{
    private HttpPeer? _peer;

    /// <summary>The server, once it is connected to.</summary>
    /// <exception cref="ConnectorException">It is not.</exception>
    public HttpPeer Peer => _peer ?? throw new ConnectorException(
        Fault.Unreachable, $"{HttpAddress.Of(settings.Url)}: not connected; connect comes first.");

    /// <summary>Opens it anew and asks whether the server is there.</summary>
    public async Task ConnectAsync(CancellationToken cancellationToken)
    {
        Dispose();

        // Held at once, so that disconnect closes it whatever happens next.
        _peer = await HttpPeer.OpenAsync(settings, auth, time, cancellationToken).ConfigureAwait(false);
        _ = await ServerProbe.AskAsync(_peer, settings.Url, probe, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Asks the server beside what is open, and gives what is found.</summary>
    public async Task<IReadOnlyList<Diagnostic>> TestAsync(CancellationToken cancellationToken)
    {
        using var peer = await HttpPeer.OpenAsync(settings, auth, time, cancellationToken).ConfigureAwait(false);
        var answer = await ServerProbe
            .AskAsync(peer, settings.Url, probe, cancellationToken).ConfigureAwait(false);
        return ServerProbe.FactsOf(answer, settings.Url, probe);
    }

    /// <summary>Closes what is open; it may be opened again.</summary>
    public void Dispose()
    {
        _peer?.Dispose();
        _peer = null;
    }
}
