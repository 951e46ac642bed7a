using System.Text.Json;
using System.Text.Json.Serialization;

namespace Meridian.Engine.Backfills;

/// <summary>What is kept of a backfill beside where its items stand: JSON, in the journal.</summary>
/// <param name="Order">What it shall bring.</param>
/// <param name="State">Where it stands: running, paused or complete.</param>
internal sealed record KeptBackfill(BackfillOrder Order, BackfillState State)
{
    public byte[] ToBytes() => JsonSerializer.SerializeToUtf8Bytes(this, KeptBackfillJson.Default.KeptBackfill);

    /// <summary>Reads what <see cref="ToBytes"/> wrote; null for anything else.</summary>
    public static KeptBackfill? From(byte[] bytes)
    {
        try
        {
            return JsonSerializer.Deserialize(bytes, KeptBackfillJson.Default.KeptBackfill);
        }
        catch (JsonException)
        {
            // Of a later version: it is left as it is, and cannot be run by this one.
            return null;
        }
    }
}

/// <summary>The words of the kept JSON.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true)]
[JsonSerializable(typeof(KeptBackfill))]
internal sealed partial class KeptBackfillJson : JsonSerializerContext;
