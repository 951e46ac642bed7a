using System.Threading.Channels;

namespace Meridian.Mqtt.Tests.Connection;

/// <summary>What callbacks leave for a test to await.</summary>
internal sealed class Inbox<T>
{
    private readonly Channel<T> _items = Channel.CreateBounded<T>(1_000);

    public void Add(T item) => Assert.True(_items.Writer.TryWrite(item));

    public async Task<T> NextAsync() => await _items.Reader.ReadAsync().AsTask().WaitAsync(ScriptedPeer.Deadline);
}
