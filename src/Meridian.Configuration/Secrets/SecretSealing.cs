using System.Text;
using System.Text.RegularExpressions;
using Meridian.Configuration.Edits;
using Meridian.Configuration.Files;
using Meridian.Configuration.References;

namespace Meridian.Configuration.Secrets;

/// <summary>
/// Encrypts the secrets that stand in the files of a configuration: those that are plain, and those that an older key
/// encrypted. What refers to variables and files is left as it is.
/// </summary>
/// <remarks>Stateless; any thread.</remarks>
public static partial class SecretSealing
{
    /// <summary>Encrypts with the newest key. Nothing is written.</summary>
    /// <param name="source">The files.</param>
    /// <param name="catalog">The kinds of connectors, whose settings say what is a secret.</param>
    /// <param name="keys">The keys.</param>
    /// <param name="environment">Where references lead in the names of included files.</param>
    /// <returns>The files then, and the places that were changed, such as <c>norths[0].settings.password</c>.</returns>
    /// <exception cref="FormatException">
    /// A secret was encrypted with a key that is not there; the message names the place.
    /// </exception>
    public static (ConfigurationSource Source, IReadOnlyList<string> Changed) Seal(
        ConfigurationSource source,
        ConnectorCatalog catalog,
        SecretKeys keys,
        IConfigurationEnvironment environment)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(keys);
        ArgumentNullException.ThrowIfNull(environment);
        var places = new List<string>();
        var files = new Dictionary<string, ReadOnlyMemory<byte>>(StringComparer.Ordinal);
        foreach (var group in SecretPlaces.Find(source, catalog).GroupBy(static place => place.File))
        {
            var changes = group
                .Select(place => (Place: place, Next: Seal(place, keys)))
                .Where(static one => one.Next is not null)
                .ToArray();
            if (changes.Length > 0)
            {
                places.AddRange(changes.Select(static one => NameOf(one.Place)));
                files[group.Key.Name] = Write(group.Key, changes);
            }
        }

        return (files.Count == 0 ? source : source.With(files, environment), places);
    }

    private static string NameOf(SecretPlace place) =>
        place.File.IsMain ? place.Path.ToString() : $"{place.File.Name}: {place.Path}";

    private static string? Seal(SecretPlace place, SecretKeys keys)
    {
        var text = place.Text.Text;
        if (!Reference().IsMatch(text))
        {
            return text.Length == 0 ? null : $"${{encrypted:{keys.Encrypt(Escaped().Replace(text, "${"))}}}";
        }

        var next = Encrypted().Replace(text, match =>
        {
            var inner = match.Groups["text"].Value;
            if (inner.StartsWith(keys.Names[0] + ".", StringComparison.Ordinal))
            {
                return match.Value;
            }

            return keys.TryDecrypt(inner, out var secret, out var problem)
                ? $"${{encrypted:{keys.Encrypt(secret)}}}"
                : throw new FormatException($"{NameOf(place)}: {problem}");
        });
        return string.Equals(next, text, StringComparison.Ordinal) ? null : next;
    }

    private static byte[] Write(ConfigurationFile file, (SecretPlace Place, string? Next)[] changes)
    {
        var mark = file.Utf8.Span.StartsWith("\uFEFF"u8) ? 3 : 0;
        var text = file.Utf8.Span[mark..];
        var output = new MemoryStream();
        output.Write(file.Utf8.Span[..mark]);
        var from = 0;
        foreach (var (place, next) in changes.OrderBy(static one => one.Place.Text.Span.Start))
        {
            output.Write(text[from..place.Text.Span.Start]);
            output.Write(Encoding.UTF8.GetBytes(SyntaxPrinter.Name(next!))); // Those without were left out.
            from = place.Text.Span.End;
        }

        output.Write(text[from..]);
        return output.ToArray();
    }

    [GeneratedRegex(@"\$\$\{(?=[A-Za-z]+:)", RegexOptions.CultureInvariant, 1_000)]
    private static partial Regex Escaped();

    [GeneratedRegex(@"(?<!\$)\$\{[A-Za-z]+:", RegexOptions.CultureInvariant, 1_000)]
    private static partial Regex Reference();

    [GeneratedRegex(
        @"(?<!\$)\$\{encrypted:(?<text>[^}]*)\}",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        1_000)]
    private static partial Regex Encrypted();
}
