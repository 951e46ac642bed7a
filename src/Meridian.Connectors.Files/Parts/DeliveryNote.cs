using System.Text;
using Meridian.Sdk.Files;

namespace Meridian.Connectors.Files.Parts;

/// <summary>
/// Which delivery got which name last, on disk: <c>1 KEY NAME</c>; the first number is the version. Written as a whole
/// or not at all.
/// </summary>
internal sealed class DeliveryNote(string path)
{
    private const string Version = "1";

    /// <summary>Reads it; null when there is none that this build knows.</summary>
    public Entry? Read()
    {
        if (!File.Exists(path))
        {
            return null;
        }

        var parts = File.ReadAllText(path, Encoding.UTF8).Split(' ', 3);
        return parts is [Version, var key, var name] ? new Entry(key, name) : null;
    }

    /// <summary>Writes it; durable when this returns.</summary>
    public void Write(Entry entry) =>
        DurableFile.WriteWhole(path, Encoding.UTF8.GetBytes($"{Version} {entry.Key} {entry.Name}"));

    /// <summary>A delivery.</summary>
    internal sealed record Entry(string Key, string Name);
}
