using System.Globalization;
using System.Text;
using Meridian.Formats.Csv;
using Meridian.Formats.Templates;
using Meridian.Sdk.Settings;
using Meridian.Sdk.South;

namespace Meridian.Formats.Sql;

/// <summary>Names the files of an item. Immutable.</summary>
internal sealed class ResultName
{
    /// <summary>What file systems take as a name, with room for what a North may add.</summary>
    private const int MaxBytes = 200;

    private const TemplatePlaceholders Allowed = TemplatePlaceholders.Item | TemplatePlaceholders.South
        | TemplatePlaceholders.Start | TemplatePlaceholders.End;

    private static readonly SqlCsvSpec Default = new();

    private readonly TextTemplate _template;
    private readonly string _item;
    private readonly string _south;

    private ResultName(TextTemplate template, string item, string south)
    {
        _template = template;
        _item = item;
        _south = south;
    }

    /// <summary>What is wrong with how files are made, with paths from the item's settings on.</summary>
    public static IReadOnlyList<SettingsProblem> FindProblems(
        SqlItemSettings settings, string item, string south, out ResultName? name)
    {
        name = null;
        var csv = settings.Csv;
        var found = new List<SettingsProblem>();
        if (CsvReader.FindProblem(new CsvInputSpec { Delimiter = csv.Delimiter }) is { } problem)
        {
            found.Add(new SettingsProblem("csv.delimiter", problem));
        }

        if (settings.Mode == SqlMode.Sequence
            && (csv.Every, csv.Start, csv.Delay) != (Default.Every, Default.Start, Default.Delay))
        {
            found.Add(new SettingsProblem(
                "csv.every",
                "every, start and delay are of windows of time, and the item asks by a sequence; leave them out, or "
                + "set mode to window."));
        }

        if (!TextTemplate.TryCompile(csv.Name, Allowed, out var template, out var sentences))
        {
            found.AddRange(sentences.Select(static one => new SettingsProblem("csv.name", one)));
            return found;
        }

        name = new ResultName(template, item, south);
        var sample = name.Of(decimal.MinValue, decimal.MinValue);
        if (sample.Trim('.').Length == 0 || Encoding.UTF8.GetByteCount(sample) > MaxBytes)
        {
            found.Add(new SettingsProblem(
                "csv.name",
                $"'{csv.Name}' gives names such as '{sample}'; a name has 1 to {MaxBytes} bytes and is no dots "
                + "alone."));
        }

        return found;
    }

    /// <summary>The name of a window's file.</summary>
    public string Of(HistoryWindow window) => Render(TextOf(window.Start), TextOf(window.End));

    /// <summary>The name of the file of a part of a sequence.</summary>
    public string Of(decimal first, decimal last) => Render(
        first.ToString(CultureInfo.InvariantCulture), last.ToString(CultureInfo.InvariantCulture));

    private static string TextOf(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyyMMdd'T'HHmmss.FFFFFFF", CultureInfo.InvariantCulture) + "Z";

    /// <summary>What no folder or file system takes becomes an underline.</summary>
    private string Render(string start, string end)
    {
        var name = _template.Render(new TemplateArguments { Item = _item, South = _south, Start = start, End = end });
        return string.Create(name.Length, name, static (into, name) =>
        {
            for (var at = 0; at < name.Length; at++)
            {
                into[at] = char.IsControl(name[at]) || "/\\:*?\"<>|".Contains(name[at], StringComparison.Ordinal)
                    ? '_'
                    : name[at];
            }
        });
    }
}
