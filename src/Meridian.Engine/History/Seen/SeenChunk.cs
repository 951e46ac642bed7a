using Meridian.Engine.History.Coverage;

namespace Meridian.Engine.History.Seen;

/// <summary>
/// Some neighbours among the readings seen, stored in one checkpoint. Immutable, so that the same instance means that
/// the checkpoint on disk still stands.
/// </summary>
/// <param name="Id">The number in the checkpoint's key, unique within the item.</param>
/// <param name="Readings">At least one, strictly ascending.</param>
internal sealed record SeenChunk(int Id, SeenReading[] Readings)
{
    /// <summary>The earliest.</summary>
    public SeenReading First => Readings[0];

    /// <summary>From the first instant to the last, both in it.</summary>
    public TickRange Range => new(Readings[0].Ticks, Readings[^1].Ticks + 1);

    /// <summary>Whether a reading is among them.</summary>
    public bool Contains(SeenReading reading) => Array.BinarySearch(Readings, reading) >= 0;
}
