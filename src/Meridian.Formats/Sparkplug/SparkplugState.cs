using System.Buffers;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace Meridian.Formats.Sparkplug;

/// <summary>
/// What a STATE message says of a host application: JSON, <c>{"online":true,"timestamp":1763800000000}</c> (Sparkplug
/// 3.0 §6.4.27 [tck-id-host-topic-phid-birth-payload] [tck-id-host-topic-phid-death-payload]).
/// </summary>
/// <param name="IsOnline">Whether the host is there.</param>
/// <param name="TimestampMilliseconds">
/// When the host connected, or said farewell, in milliseconds since 1970-01-01 UTC.
/// </param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct SparkplugState(bool IsOnline, ulong TimestampMilliseconds)
{
    // One is some 45 bytes; what is much larger is something else, and is not made a document of.
    private const int MaxBytes = 4_096;
    private const string OnlineKey = "online";
    private const string TimestampKey = "timestamp";

    /// <summary>Reads a payload. Members beside the two are passed over.</summary>
    /// <param name="bytes">The bytes; not used after the call returns.</param>
    /// <param name="state">What it says.</param>
    /// <returns>
    /// False when it is no such JSON: also for the bare <c>ONLINE</c> of Sparkplug 2, which has no time.
    /// </returns>
    public static bool TryDecode(in ReadOnlySequence<byte> bytes, out SparkplugState state)
    {
        state = default;
        if (bytes.Length > MaxBytes)
        {
            return false;
        }

        try
        {
            var reader = new Utf8JsonReader(bytes);
            using var document = JsonDocument.ParseValue(ref reader);
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object
                || reader.Read()
                || !root.TryGetProperty(OnlineKey, out var online)
                || online.ValueKind is not (JsonValueKind.True or JsonValueKind.False)
                || !root.TryGetProperty(TimestampKey, out var timestamp)
                || timestamp.ValueKind != JsonValueKind.Number
                || !timestamp.TryGetUInt64(out var milliseconds))
            {
                return false;
            }

            state = new SparkplugState(online.GetBoolean(), milliseconds);
            return true;
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            return false; // The second of names with half a surrogate pair, which are looked through for the two.
        }
    }

    /// <summary>The payload in UTF-8, the caller's own.</summary>
    public byte[] Encode() => Encoding.UTF8.GetBytes(string.Create(
        CultureInfo.InvariantCulture,
        $"{{\"{OnlineKey}\":{(IsOnline ? "true" : "false")},\"{TimestampKey}\":{TimestampMilliseconds}}}"));
}
