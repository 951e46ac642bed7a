using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Meridian.Connectors.Http.Tests.Peers;

/// <summary>
/// What a server stores that honours keys: a request whose key it knows gets the answer of the first and is not stored
/// again. A key that comes with other bytes is a mistake of the sender. Any thread.
/// </summary>
internal sealed class KeyedStore
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, byte[]> _known = new(StringComparer.Ordinal);
    private readonly List<Received> _stored = [];
    private readonly List<string> _mistakes = [];

    public IReadOnlyList<string> Mistakes
    {
        get
        {
            lock (_lock)
            {
                return [.. _mistakes];
            }
        }
    }

    /// <summary>How many requests were known already.</summary>
    public int RepeatCount { get; private set; }

    public IReadOnlyList<Received> Stored
    {
        get
        {
            lock (_lock)
            {
                return [.. _stored];
            }
        }
    }

    public IReadOnlyList<long> Numbers => [.. Stored
        .Where(static one => !one.Headers.ContainsKey("X-File-Name")).SelectMany(NumbersOf)];

    /// <summary>The numbers of a JSON body.</summary>
    public static IReadOnlyList<long> NumbersOf(Received received)
    {
        using var json = JsonDocument.Parse(received.Body);
        return [.. json.RootElement.EnumerateArray().Select(static one => (long)one.GetProperty("value").GetDouble())];
    }

    public Task TakeAsync(HttpContext http, Received received)
    {
        Keep(received);
        http.Response.StatusCode = 201;
        return Task.CompletedTask;
    }

    /// <summary>Stores it, and the answer is lost.</summary>
    public Task TakeAndLoseAsync(HttpContext http, Received received)
    {
        Keep(received);
        http.Abort();
        return Task.CompletedTask;
    }

    private void Keep(Received received)
    {
        lock (_lock)
        {
            if (received.Key is not { } key)
            {
                _mistakes.Add("A request has no key.");
            }
            else if (_known.TryGetValue(key, out var known))
            {
                RepeatCount++;
                if (!known.AsSpan().SequenceEqual(received.Body))
                {
                    _mistakes.Add($"The key {key} came with other bytes.");
                }
            }
            else
            {
                _known.Add(key, received.Body);
                _stored.Add(received);
            }
        }
    }
}
