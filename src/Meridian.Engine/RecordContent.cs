namespace Meridian.Engine;

/// <summary>
/// What a journal record carries, as the engine numbers it. The numbers are on disk: never change one.
/// </summary>
/// <remarks>Drawn in docs/formats/records.md.</remarks>
internal static class RecordContent
{
    /// <summary>Readings, encoded by <see cref="Readings.ReadingsEncoder"/>.</summary>
    public const byte Readings = 1;

    /// <summary>A file, which the record refers to; no payload.</summary>
    public const byte File = 2;

    /// <summary>Readings whose items belong to groups: <see cref="Groups.GroupRuns"/>, then the readings.</summary>
    public const byte GroupedReadings = 3;
}
