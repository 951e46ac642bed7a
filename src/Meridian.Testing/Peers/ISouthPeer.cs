using Meridian.Sdk.Readings;
using Meridian.Sdk.South;

namespace Meridian.Testing.Peers;

/// <summary>A source, as the contract suite drives it.</summary>
public interface ISouthPeer : IConnectorPeer
{
    /// <summary>
    /// Items of this peer for one capability: at least two for a subscription, at least one for the others. Each call
    /// gives equal ones.
    /// </summary>
    /// <param name="capability">One of the flags.</param>
    IReadOnlyList<Item> ItemsOf(SouthCapabilities capability);

    /// <summary>
    /// The source has a value for an item as of now: it sends it to whoever subscribed, answers with it, and keeps it
    /// in its history, as it can. The connector turns it into a reading with this number.
    /// </summary>
    /// <param name="item">One of <see cref="ItemsOf"/>.</param>
    /// <param name="value">A number that grows from call to call.</param>
    ValueTask YieldAsync(Item item, long value);

    /// <summary>The source has a file for an item. Needed where the connector lists files.</summary>
    /// <param name="item">One of <see cref="ItemsOf"/>.</param>
    /// <param name="name">The file's name.</param>
    /// <param name="content">Its content.</param>
    ValueTask YieldFileAsync(Item item, string name, ReadOnlyMemory<byte> content) =>
        throw new NotSupportedException($"{GetType().Name} yields no files; implement YieldFileAsync.");

    /// <summary>A value that the source takes as a setpoint for an item.</summary>
    /// <param name="item">One of <see cref="ItemsOf"/>.</param>
    ReadingValue SetpointFor(Item item) => ReadingValue.From(1L);
}
