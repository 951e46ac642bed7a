using System.Globalization;
using System.Text;
using Meridian.Formats.Templates;

namespace Meridian.Connectors.Files.Parts;

/// <summary>
/// The names of files that are carried as they are: a template, filled and made fit for a folder. Immutable.
/// </summary>
internal sealed class FileNames
{
    /// <summary>File systems take 255 bytes; a number and the name written aside need some.</summary>
    private const int MaxNameBytes = 200;

    private static readonly char[] Unfit = ['/', '\\', ':', '*', '?', '"', '<', '>', '|'];

    private readonly TextTemplate _template;
    private readonly NamePattern _pattern;

    public FileNames(string template, NamePattern pattern)
    {
        _template = TextTemplate.TryCompile(template, TemplatePlaceholders.Name, out var compiled, out var problems)
            ? compiled
            : throw new ArgumentException(problems[0], nameof(template));
        _pattern = pattern;
    }

    /// <summary>What is wrong with a template; null when nothing is.</summary>
    public static string? ProblemOf(string template)
    {
        if (!TextTemplate.TryCompile(template, TemplatePlaceholders.Name, out var compiled, out var problems))
        {
            return problems[0];
        }

        return compiled.Used == TemplatePlaceholders.None
            ? $"The file name '{template}' is the same for all files; use {{name}} in it."
            : null;
    }

    /// <summary>The name of a file.</summary>
    public string Of(string name)
    {
        var filled = new StringBuilder(_template.Render(new TemplateArguments { Name = name }));
        for (var at = 0; at < filled.Length; at++)
        {
            if (char.IsControl(filled[at]) || Unfit.Contains(filled[at]))
            {
                filled[at] = '_';
            }
        }

        // A hidden file, a part or a file of readings it must not pass for; Windows drops dots and spaces at the end.
        var fit = filled.ToString().TrimEnd('.', ' ');
        if (fit.Length == 0 || fit[0] == '.' || IsOfReadings(fit))
        {
            fit = "_" + fit;
        }

        return Shorten(fit);
    }

    /// <summary>The same with a number, for a name that is taken.</summary>
    public static string Numbered(string name, int number)
    {
        var extension = Path.GetExtension(name);
        return string.Create(CultureInfo.InvariantCulture, $"{name[..^extension.Length]}.{number}{extension}");
    }

    private static string Shorten(string name)
    {
        if (Encoding.UTF8.GetByteCount(name) <= MaxNameBytes)
        {
            return name;
        }

        var extension = Path.GetExtension(name);
        extension = Encoding.UTF8.GetByteCount(extension) <= MaxNameBytes / 2 ? extension : string.Empty;
        var stem = name.AsSpan(0, name.Length - extension.Length);
        while (Encoding.UTF8.GetByteCount(stem) + Encoding.UTF8.GetByteCount(extension) > MaxNameBytes)
        {
            stem = stem[..^(char.IsLowSurrogate(stem[^1]) ? 2 : 1)];
        }

        return string.Concat(stem, extension);
    }

    private bool IsOfReadings(string name)
    {
        foreach (var suffix in (string[])
            [string.Empty, PartName.PartSuffix, PartFolder.UnfinishedSuffix, PartFolder.DoneSuffix,
                PartFolder.OrphanSuffix])
        {
            if (name.EndsWith(suffix, StringComparison.Ordinal)
                && PartName.TryParse(name[..^suffix.Length], _pattern, out _))
            {
                return true;
            }
        }

        return false;
    }
}
