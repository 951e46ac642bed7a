using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using Meridian.Formats.Sparkplug.Wire;

namespace Meridian.Formats.Sparkplug;

/// <summary>
/// Sparkplug B payloads from bytes and back (Eclipse Sparkplug 3.0 §6.4, Protocol Buffers). Bytes that are no payload
/// are an outcome with a reason, never an exception, and cost no more memory than <see cref="SparkplugLimits"/> allow.
/// </summary>
/// <remarks>Without state; any thread.</remarks>
public static class SparkplugCodec
{
    /// <summary>Reads a payload.</summary>
    /// <param name="bytes">The bytes; not used after the call returns.</param>
    /// <param name="payload">The payload; null when the bytes are none.</param>
    /// <param name="reason">Why not, a whole sentence; null when they are one.</param>
    /// <returns>Whether they are one.</returns>
    public static bool TryDecode(
        in ReadOnlySequence<byte> bytes,
        [NotNullWhen(true)] out SparkplugPayload? payload,
        [NotNullWhen(false)] out string? reason)
    {
        // A payload in several pieces is rare and about to become objects anyway: join it first.
        var reader = new ProtoReader(bytes.IsSingleSegment ? bytes.FirstSpan : bytes.ToArray());
        payload = PayloadReader.Read(ref reader);
        reason = reader.Problem;
        payload = reason is null ? payload : null;
        return payload is not null;
    }

    /// <summary>Reads a payload.</summary>
    /// <param name="bytes">The bytes; not used after the call returns.</param>
    /// <param name="payload">The payload; null when the bytes are none.</param>
    /// <param name="reason">Why not, a whole sentence; null when they are one.</param>
    /// <returns>Whether they are one.</returns>
    public static bool TryDecode(
        ReadOnlyMemory<byte> bytes,
        [NotNullWhen(true)] out SparkplugPayload? payload,
        [NotNullWhen(false)] out string? reason) =>
        TryDecode(new ReadOnlySequence<byte>(bytes), out payload, out reason);

    /// <summary>Writes a payload.</summary>
    /// <param name="payload">The payload.</param>
    /// <returns>Its bytes, the caller's own.</returns>
    public static byte[] Encode(SparkplugPayload payload)
    {
        ArgumentNullException.ThrowIfNull(payload);

        var writer = new SparkplugPayloadWriter();
        writer.Begin(payload.TimestampMilliseconds);
        foreach (var metric in payload.Metrics)
        {
            writer.Add(metric);
        }

        return writer.End(payload.Sequence, payload.Uuid, payload.Body).ToArray();
    }
}
