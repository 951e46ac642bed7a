using Meridian.Sdk.Intakes;

namespace Meridian.Sdk.South;

/// <summary>What the engine lends a South.</summary>
public interface ISouthContext : IConnectorContext
{
    /// <summary>Where what was read goes.</summary>
    IIntakeSink Intakes { get; }

    /// <summary>
    /// Where setpoints go that the peer asks for, for any South of the gateway; null where none are taken, as in a
    /// test.
    /// </summary>
    ISetpointSink? Setpoints => null;

    /// <summary>
    /// The latest checkpoint of a key that is on disk. Known at once after a start; a test finds none.
    /// </summary>
    /// <param name="key">The key, as in <see cref="Checkpoint.Key"/>.</param>
    /// <returns>The position; null when none was ever stored.</returns>
    ReadOnlyMemory<byte>? FindCheckpoint(string key);

    /// <summary>
    /// The source gave something again, as it may; it is carried like anything else and counted apart.
    /// </summary>
    /// <param name="count">How many data.</param>
    void CountRepeated(long count);

    /// <summary>
    /// Something did not decode as its item says; it is kept as it came, with bad quality, and counted.
    /// </summary>
    /// <param name="item">The item's name.</param>
    /// <param name="reason">Why, a short sentence.</param>
    void CountUndecoded(string item, string reason);

    /// <summary>
    /// Something the source does not keep (MQTT QoS 0) found the buffer full and was let go before it was durable.
    /// </summary>
    /// <param name="count">How many data.</param>
    /// <param name="reason">Why, a short sentence.</param>
    void CountLetGo(long count, string reason);

    /// <summary>Says how an item fares; a failed subscription is a status of its item, not a line in a log.</summary>
    /// <param name="item">The item's name.</param>
    /// <param name="problem">What is wrong, in words; null when the item is well.</param>
    void ReportItem(string item, string? problem);
}
