using System.Globalization;
using Meridian.Connectors.Files.Parts;

namespace Meridian.Connectors.Files.S3;

/// <summary>The keys of objects: the same file has the same key whenever it comes. Immutable.</summary>
internal sealed class ObjectKeys(S3NorthSettings settings)
{
    private static readonly (string Placeholder, string Format)[] Times =
        [("{year}", "yyyy"), ("{month}", "MM"), ("{day}", "dd"), ("{hour}", "HH")];

    /// <summary>What the keys of all files of readings begin with.</summary>
    public string ReadingsPrefix { get; } = settings.KeyPrefix.Split('{')[0];

    /// <summary>The key of a file of readings.</summary>
    public string Of(PartName file)
    {
        var prefix = settings.KeyPrefix;
        foreach (var (placeholder, format) in Times)
        {
            prefix = prefix.Replace(
                placeholder,
                file.Begun.UtcDateTime.ToString(format, CultureInfo.InvariantCulture),
                StringComparison.Ordinal);
        }

        return prefix + file.FileName;
    }

    /// <summary>The key of a file that is carried as it is.</summary>
    public string OfFile(string name) => settings.FileKeyPrefix + name;

    public static string WithoutPlaceholders(string prefix)
    {
        foreach (var (placeholder, _) in Times)
        {
            prefix = prefix.Replace(placeholder, string.Empty, StringComparison.Ordinal);
        }

        return prefix;
    }
}
