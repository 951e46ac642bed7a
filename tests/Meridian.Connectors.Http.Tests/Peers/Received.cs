namespace Meridian.Connectors.Http.Tests.Peers;

/// <summary>A request as a server took it.</summary>
/// <param name="Method">The method.</param>
/// <param name="Target">Path and query as they came.</param>
/// <param name="Headers">The headers, by name.</param>
/// <param name="Body">The body as it came, packed or not.</param>
internal sealed record Received(
    string Method, string Target, IReadOnlyDictionary<string, string> Headers, byte[] Body)
{
    /// <summary>The key by which the server recognises it.</summary>
    public string? Key => Headers.GetValueOrDefault("Idempotency-Key");
}
