namespace Meridian.Testing.Peers;

/// <summary>A destination, as the contract suite drives it.</summary>
public interface INorthPeer : IConnectorPeer
{
    /// <summary>
    /// The values of the readings that the destination has, each as often as it has it, in any order; the suite sends
    /// whole numbers. Null where it keeps nothing.
    /// </summary>
    ValueTask<IReadOnlyList<long>?> ReadReceivedAsync();

    /// <summary>The content of a file that the destination has; null where it has none of that name.</summary>
    /// <param name="name">The name that the suite gave it.</param>
    ValueTask<ReadOnlyMemory<byte>?> ReadFileAsync(string name) => ValueTask.FromResult<ReadOnlyMemory<byte>?>(null);
}
