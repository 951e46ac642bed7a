namespace Meridian.Sdk.Readings;

/// <summary>One value of one point at one instant.</summary>
/// <param name="Point">
/// The point's name, 1 to 65,535 UTF-8 bytes. Give the same string instance for the same point where you can: it costs
/// nothing to keep and makes the record smaller and faster.
/// </param>
/// <param name="Timestamp">When the source says the value held, in UTC, to 100 ns.</param>
/// <param name="Value">The value, with its type.</param>
/// <param name="Quality">How far the value can be trusted; the default is good.</param>
public readonly record struct Reading(
    string Point, DateTimeOffset Timestamp, ReadingValue Value, Quality Quality = default);
