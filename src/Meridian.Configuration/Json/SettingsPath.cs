using System.Globalization;
using System.Text;
using Meridian.Configuration.Words;

namespace Meridian.Configuration.Json;

/// <summary>
/// Where in the file something stands, as <c>souths[0].items[2].topic</c>. Kept as a chain and written out only for a
/// problem, since a file has many places and few problems.
/// </summary>
internal sealed class SettingsPath
{
    private readonly SettingsPath? _parent;
    private readonly string? _name;
    private readonly int _index;

    private SettingsPath(SettingsPath? parent, string? name, int index, string file)
    {
        _parent = parent;
        _name = name;
        _index = index;
        File = file;
    }

    /// <summary>The main file as a whole.</summary>
    public static SettingsPath Root { get; } = RootOf(string.Empty);

    /// <summary>The name of the file in which it is; empty for the main file.</summary>
    public string File { get; }

    /// <summary>What to call the value here in a sentence: the nearest name, with indexes behind it.</summary>
    public string Label =>
        _name is not null ? ValueText.Clean(_name) : _index < 0 ? "configuration" : $"{_parent?.Label}[{_index}]";

    /// <summary>A file as a whole.</summary>
    public static SettingsPath RootOf(string file) => new(parent: null, name: null, -1, file);

    /// <summary>The property of this name in the object here.</summary>
    public SettingsPath Member(string name) => new(this, name, -1, File);

    /// <summary>The entry at this index, from 0, in the list here.</summary>
    public SettingsPath Element(int index) => new(this, name: null, index, File);

    /// <summary>This path with a relative one behind it.</summary>
    public string Append(string relative)
    {
        var path = ToString();
        return path.Length == 0 || relative.StartsWith('[') ? path + relative : $"{path}.{relative}";
    }

    /// <inheritdoc/>
    public override string ToString()
    {
        var text = new StringBuilder();
        Write(text);
        return text.ToString();
    }

    private void Write(StringBuilder text)
    {
        _parent?.Write(text);
        if (_name is not null)
        {
            text.Append(text.Length > 0 ? "." : string.Empty).Append(ValueText.Clean(_name));
        }
        else if (_index >= 0)
        {
            text.Append(CultureInfo.InvariantCulture, $"[{_index}]");
        }
    }
}
