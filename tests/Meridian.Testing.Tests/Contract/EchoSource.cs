using System.Collections.Concurrent;
using Meridian.Sdk.South;
using Meridian.Testing.Peers;

namespace Meridian.Testing.Tests.Contract;

/// <summary>An echo whose items have values, for a South.</summary>
internal sealed class EchoSource : ISouthPeer
{
    private readonly EchoPeer _echo = new();

    /// <summary>What its items have, by name; the South finds it here, as soon as the echo has answered.</summary>
    public static ConcurrentDictionary<int, EchoSource> ByPort { get; } = new();

    public EchoSource() => ByPort[Relay.Port] = this;

    public Action<Item, long>? Yielded { get; set; }

    public ConcurrentDictionary<string, long> Values { get; } = new(StringComparer.Ordinal);

    public TcpRelay Relay => _echo.Relay;

    public object Settings => _echo.Settings;

    public IReadOnlyList<Item> ItemsOf(SouthCapabilities capability) =>
        [new Item("echo/a", Settings), new Item("echo/b", Settings)];

    public ValueTask YieldAsync(Item item, long value)
    {
        Values[item.Name] = value;
        Yielded?.Invoke(item, value);
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync()
    {
        ByPort.TryRemove(Relay.Port, out _);
        return _echo.DisposeAsync();
    }
}
