using System.Diagnostics.CodeAnalysis;
using Amazon.Runtime;

namespace Meridian.Connectors.Files.S3;

/// <summary>
/// HTTP connections that are this North's and end with it; the SDK's own live as long as the process.
/// </summary>
internal sealed class OwnHttpClients(TimeSpan timeout) : HttpClientFactory, IDisposable
{
    private readonly SocketsHttpHandler _handler = new()
    {
        AllowAutoRedirect = false,
        ConnectTimeout = ConnectTimeoutOf(timeout),
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
    };

    /// <summary>How long a connection may take of the time that an answer has.</summary>
    public static TimeSpan ConnectTimeoutOf(TimeSpan timeout) =>
        TimeSpan.FromSeconds(Math.Min(10, timeout.TotalSeconds));

    [SuppressMessage(
        "Reliability", "CA2000:Dispose objects before losing scope", Justification = "The SDK disposes it after use.")]
    public override HttpClient CreateHttpClient(IClientConfig clientConfig) =>
        new(_handler, disposeHandler: false) { Timeout = timeout };

    public override bool UseSDKHttpClientCaching(IClientConfig clientConfig) => false;

    public override bool DisposeHttpClientsAfterUse(IClientConfig clientConfig) => true;

    public void Dispose() => _handler.Dispose();
}
