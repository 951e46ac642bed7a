namespace Meridian.Engine;

/// <summary>
/// What a journal record carries, as the engine numbers it. The numbers are on disk: never change one.
/// </summary>
internal static class RecordContent
{
    /// <summary>Readings, encoded by <see cref="Readings.ReadingsEncoder"/>.</summary>
    public const byte Readings = 1;

    /// <summary>A file, which the record refers to; no payload.</summary>
    public const byte File = 2;
}
