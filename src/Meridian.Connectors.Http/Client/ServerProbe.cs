using System.Globalization;
using Meridian.Sdk;

namespace Meridian.Connectors.Http.Client;

/// <summary>Asks whether a server is there, without sending it anything.</summary>
internal static class ServerProbe
{
    /// <summary>
    /// Asks. Only what concerns everything is a fault: a server that is away, credentials that it does not know, a
    /// redirect. Many take no HEAD where they take a POST, so 403, 404 and 405 say nothing here.
    /// </summary>
    /// <returns>The answer; null where nothing is asked.</returns>
    public static async Task<HttpAnswer?> AskAsync(
        HttpPeer peer, Uri url, HttpProbe probe, CancellationToken cancellationToken)
    {
        if (probe == HttpProbe.None)
        {
            return null;
        }

        var method = probe == HttpProbe.Get ? HttpMethod.Get : HttpMethod.Head;
        var answer = await peer
            .SendAsync(_ => new HttpRequestMessage(method, url), cancellationToken).ConfigureAwait(false);
        return answer.Status is 401 or 407 or (>= 300 and < 400)
            && HttpFaults.OfStatus(answer, url, peer.Secrets) is { } fault
                ? throw fault
                : answer;
    }

    /// <summary>What the answer tells.</summary>
    public static IReadOnlyList<Diagnostic> FactsOf(HttpAnswer? answer, Uri url, HttpProbe probe)
    {
        var facts = new List<Diagnostic> { new("Address", HttpAddress.Of(url)) };
        if (answer is null)
        {
            facts.Add(new Diagnostic("Asked", "nothing (settings.probe is none); the first request shows it"));
        }
        else
        {
            facts.Add(new Diagnostic("Answer", $"{probe.ToString().ToUpperInvariant()}: {answer.StatusText}"));
            facts.Add(new Diagnostic("Protocol", $"HTTP/{answer.Version}"));
            facts.Add(LatencyOf(answer));
            if (answer.Server is { Length: > 0 } server)
            {
                facts.Add(new Diagnostic("Server", server));
            }
        }

        facts.Add(EncryptionOf(url));
        return facts;
    }

    /// <summary>How long an answer took.</summary>
    public static Diagnostic LatencyOf(HttpAnswer answer) => new(
        "Latency", string.Create(CultureInfo.InvariantCulture, $"{answer.Took.TotalMilliseconds:0.0} ms"));

    /// <summary>Whether others on the way can read along; for a server that has answered.</summary>
    public static Diagnostic EncryptionOf(Uri url) => new(
        "Encryption",
        string.Equals(url.Scheme, Uri.UriSchemeHttps, StringComparison.Ordinal)
            ? "TLS, the server's certificate is valid"
            : "none: whoever sees the network can read data and credentials");
}
