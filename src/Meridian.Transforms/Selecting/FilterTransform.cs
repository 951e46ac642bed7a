using Meridian.Sdk.Settings;

namespace Meridian.Transforms.Selecting;

/// <summary>Lets readings go on, or takes them out, by their point, South, group and quality.</summary>
internal sealed class FilterTransform(FilterSettings settings) : ITransform
{
    private readonly Selection _selection = new(settings);
    private readonly bool _keeps = settings.Action == FilterAction.Keep;

    /// <summary>What is wrong with settings.</summary>
    public static IEnumerable<SettingsProblem> Check(FilterSettings settings)
    {
        var problems = Selection.Check(settings);
        return SettingsWords.CheckWord("action", settings.Action) is { } unknown ? problems.Append(unknown) : problems;
    }

    /// <inheritdoc/>
    public void Apply(in TransformEntry entry, TransformLink link)
    {
        if (_selection.Matches(entry) == _keeps)
        {
            link.Pass(entry);
        }
        else
        {
            link.Filter(entry, FilterReason.Filtered);
        }
    }
}
