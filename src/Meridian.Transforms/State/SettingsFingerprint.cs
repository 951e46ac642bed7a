using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Meridian.Transforms.State;

/// <summary>
/// A number that stands for the settings of a transform and of all before it: what it remembers is of use only as long
/// as data come to it the same way. What is left at zero, false or unset does not count, so that a setting which is new
/// in a later version changes no fingerprint.
/// </summary>
internal static class SettingsFingerprint
{
    private static readonly JsonSerializerOptions Options =
        new() { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault };

    /// <summary>The fingerprint of the first transforms of a list.</summary>
    public static ulong Of(IEnumerable<TransformSettings> transforms)
    {
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(transforms, Options), digest);
        return BinaryPrimitives.ReadUInt64LittleEndian(digest);
    }
}
