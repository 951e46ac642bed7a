using System.Runtime.InteropServices;
using Meridian.Sdk.Readings;

namespace Meridian.Formats.Payloads;

/// <summary>What was read out of a payload.</summary>
/// <param name="Value">The value, with its type.</param>
/// <param name="Timestamp">The timestamp, UTC; null when the payload is not said to carry one.</param>
/// <param name="Quality">
/// The quality; null when the payload is not said to carry one, or leaves it out this time.
/// </param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct DecodedPayload(ReadingValue Value, DateTimeOffset? Timestamp, Quality? Quality);
