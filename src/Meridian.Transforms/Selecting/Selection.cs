using System.Collections.Frozen;
using Meridian.Sdk.Readings;
using Meridian.Sdk.Settings;

namespace Meridian.Transforms.Selecting;

/// <summary>Compiled <see cref="SelectionSettings"/>. Immutable; any thread.</summary>
internal sealed class Selection(SelectionSettings settings)
{
    private readonly NamePatterns? _points = settings.Points.Count == 0 ? null : new NamePatterns(settings.Points);
    private readonly FrozenSet<string>? _souths = SetOf(settings.Souths, StringComparer.OrdinalIgnoreCase);
    private readonly FrozenSet<string>? _groups = SetOf(settings.Groups, StringComparer.Ordinal);
    private readonly LeastQuality _quality = settings.Quality;

    /// <summary>What is wrong with settings.</summary>
    public static IEnumerable<SettingsProblem> Check(SelectionSettings settings)
    {
        var isEmpty = settings.Points.Count + settings.Souths.Count + settings.Groups.Count == 0
            && settings.Quality == LeastQuality.Any;
        if (isEmpty)
        {
            yield return new SettingsProblem(
                string.Empty, "It selects nothing in particular; set 'points', 'souths', 'groups' or 'quality'.");
        }

        foreach (var problem in CheckNames("points", settings.Points)
            .Concat(CheckNames("souths", settings.Souths))
            .Concat(CheckNames("groups", settings.Groups)))
        {
            yield return problem;
        }

        if (SettingsWords.CheckWord("quality", settings.Quality) is { } unknown)
        {
            yield return unknown;
        }
    }

    /// <summary>Whether an entry is meant.</summary>
    public bool Matches(in TransformEntry entry) =>
        HasQuality(entry.Reading.Quality)
        && (_souths is null || _souths.Contains(entry.South))
        && (_groups is null || (entry.Group is not null && _groups.Contains(entry.Group)))
        && (_points is null || _points.Matches(entry.Reading.Point));

    private bool HasQuality(Quality quality) => _quality switch
    {
        LeastQuality.Any => true,
        LeastQuality.Uncertain => !quality.IsBad,
        _ => quality.IsGood,
    };

    private static FrozenSet<string>? SetOf(IReadOnlyList<string> names, StringComparer comparer) =>
        names.Count == 0 ? null : names.ToFrozenSet(comparer);

    private static IEnumerable<SettingsProblem> CheckNames(string setting, IReadOnlyList<string> names)
    {
        for (var index = 0; index < names.Count; index++)
        {
            if (string.IsNullOrWhiteSpace(names[index]))
            {
                yield return new SettingsProblem(
                    $"{setting}[{index}]",
                    $"Entry {index} of '{setting}' is empty, which fits no reading; write a name or remove it.");
            }
        }
    }
}
