using System.Collections.Concurrent;
using System.Threading.Channels;
using Meridian.Mqtt.Tests.Connection;

namespace Meridian.Mqtt.Tests.Subscriptions;

/// <summary>Keeps what a client logs, for a test to await.</summary>
internal sealed class LogRecorder : ClientLog
{
    private readonly Channel<(int Id, string Text)> _lines = Channel.CreateBounded<(int Id, string Text)>(1_000);
    private readonly ConcurrentQueue<string> _recorded = new();

    public int Count => _lines.Reader.Count;

    /// <summary>All that was logged so far, with the exceptions: also what was passed over or awaited.</summary>
    public IReadOnlyCollection<string> Recorded => _recorded;

    /// <summary>The next line of an event; those before it are passed over.</summary>
    public async Task<string> NextAsync(int id)
    {
        while (true)
        {
            var (found, text) = await _lines.Reader.ReadAsync().AsTask().WaitAsync(ScriptedPeer.Deadline);
            if (found == id)
            {
                return text;
            }
        }
    }

    protected override void OnEvent(int id, string text, Exception? error)
    {
        _recorded.Enqueue($"{text} {error}");
        Assert.True(_lines.Writer.TryWrite((id, text)));
    }
}
