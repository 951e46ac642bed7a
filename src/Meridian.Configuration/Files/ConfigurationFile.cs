using Meridian.Configuration.Json;

namespace Meridian.Configuration.Files;

/// <summary>One file of a configuration, as it was read.</summary>
/// <remarks>Immutable; any thread.</remarks>
public sealed class ConfigurationFile
{
    internal ConfigurationFile(string name, string path, ReadOnlyMemory<byte> utf8)
    {
        (Name, Path, Utf8) = (name, path, utf8);
        if (JsonText.TryParse(utf8.Span, out var syntax, out var problem))
        {
            Syntax = syntax;
        }
        else
        {
            Problem = problem with { File = name };
        }
    }

    /// <summary>
    /// How problems and versions call it: its path from the main file's folder, with <c>/</c> between the parts; empty
    /// for the main file itself.
    /// </summary>
    public string Name { get; }

    /// <summary>Where it lies, in full; empty when it was read from memory.</summary>
    public string Path { get; }

    /// <summary>What stands in it, as it stands there.</summary>
    public ReadOnlyMemory<byte> Utf8 { get; }

    /// <summary>Whether it is the main file.</summary>
    public bool IsMain => Name.Length == 0;

    /// <summary>Its syntax; null when it is no JSON.</summary>
    internal JsonSyntax? Syntax { get; }

    /// <summary>What keeps it from being read at all.</summary>
    internal ConfigurationProblem? Problem { get; }
}
