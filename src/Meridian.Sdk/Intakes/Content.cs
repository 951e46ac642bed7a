using Meridian.Sdk.Readings;

namespace Meridian.Sdk.Intakes;

/// <summary>What travels from South to North: readings or a file. A closed family.</summary>
public abstract record Content
{
    private protected Content()
    {
    }
}

/// <summary>Readings, in the order the source gave them.</summary>
/// <param name="Readings">
/// The readings, at least one unless the intake has a checkpoint. Lent until the intake's receipt comes (or, for what a
/// query returns, until the next query); after that the array may be used again.
/// </param>
public sealed record ReadingsContent(ReadOnlyMemory<Reading> Readings) : Content
{
    /// <summary>
    /// To which groups the readings' items belong, run by run in the order of the readings; what is beyond the last run
    /// belongs to none. Lent as the readings are. A South that subscribes says it; for what is asked for on a schedule
    /// the engine does.
    /// </summary>
    /// <value>Default: empty, no reading belongs to a group.</value>
    public IReadOnlyList<GroupRun> Groups { get; init; } = [];
}

/// <summary>A named stream of bytes that is carried as it is.</summary>
/// <param name="Name">The file's name without folders, as the destination shall see it.</param>
/// <param name="LengthBytes">The length in bytes when it is known beforehand.</param>
/// <param name="OpenRead">
/// Opens the stream from its beginning; may be called again when a delivery is repeated. The caller disposes it.
/// </param>
public sealed record FileContent(
    string Name,
    long? LengthBytes,
    Func<CancellationToken, ValueTask<Stream>> OpenRead) : Content;
