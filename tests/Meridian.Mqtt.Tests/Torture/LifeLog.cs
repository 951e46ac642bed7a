using System.Collections.Concurrent;
using Meridian.Mqtt.Tests.Connection;

namespace Meridian.Mqtt.Tests.Torture;

/// <summary>Keeps what a client says about its life, for the words of a failure.</summary>
internal sealed class LifeLog : ClientLog
{
    private readonly ConcurrentQueue<string> _lines = new();

    public IReadOnlyCollection<string> Lines => _lines;

    /// <summary>Whether the client met an exception that it does not expect.</summary>
    public bool HasUnexpected { get; private set; }

    /// <summary>How often the client heard that it is connected.</summary>
    public int ConnectedCount { get; private set; }

    protected override void OnEvent(int id, string text, Exception? error)
    {
        ConnectedCount += id == EventIds.Connected ? 1 : 0; // By the connection loop alone.
        HasUnexpected |= id == EventIds.Unexpected;
        _lines.Enqueue($"{text} {error}");
    }
}
