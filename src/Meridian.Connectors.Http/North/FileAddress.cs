namespace Meridian.Connectors.Http.North;

/// <summary>A file's address: a template in which <c>{name}</c> stands for its name. Immutable.</summary>
internal sealed class FileAddress(string template)
{
    private const string Name = "{name}";

    /// <summary>What is wrong with a template; null when nothing is.</summary>
    public static string? Problem(string template)
    {
        var rest = template.Replace(Name, "x", StringComparison.Ordinal);
        if (rest.AsSpan().ContainsAny('{', '}'))
        {
            return $"'{template}' has a brace that stands for nothing; only {Name}, the file's name, can be filled in.";
        }

        return Uri.TryCreate(rest, UriKind.Absolute, out _)
            ? null
            : $"'{template}' is no absolute address; write it as https://host/path/{Name}.";
    }

    /// <summary>The address of a file; whatever is in its name stays within one segment or parameter.</summary>
    public Uri Of(string name) => new(template.Replace(Name, Escape(name), StringComparison.Ordinal));

    /// <summary>Percent-encodes a name, dots of a path too: <c>..</c> must not climb.</summary>
    public static string Escape(string name) => name is "." or ".."
        ? name.Replace(".", "%2E", StringComparison.Ordinal)
        : Uri.EscapeDataString(name);
}
