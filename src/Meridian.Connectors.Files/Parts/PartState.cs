using System.Globalization;
using System.Text;

namespace Meridian.Connectors.Files.Parts;

/// <summary>
/// What the engine stores with the cursor: the file that was being written and how much of it was delivered. As text,
/// <c>1 LENGTH NAME</c>; the first number is the version.
/// </summary>
/// <param name="Name">The file's final name.</param>
/// <param name="Length">The bytes of it that count as delivered.</param>
internal sealed record PartState(PartName Name, long Length)
{
    private const string Version = "1";

    public byte[] ToBytes() =>
        Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{Version} {Length} {Name.FileName}"));

    /// <summary>Reads a state; false when the bytes are not one that this build knows.</summary>
    public static bool TryParse(ReadOnlySpan<byte> bytes, NamePattern pattern, out PartState? state)
    {
        state = null;
        var parts = Encoding.UTF8.GetString(bytes).Split(' ', 3);
        if (parts is not [Version, _, _]
            || !long.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var length))
        {
            return false;
        }

        // A state of another prefix is one from before the settings were changed: nothing of it is ours to mend.
        state = PartName.TryParse(parts[2], pattern, out var name) ? new PartState(name, length) : null;
        return true;
    }
}
