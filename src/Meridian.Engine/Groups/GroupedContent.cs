using Meridian.Sdk.Intakes;

namespace Meridian.Engine.Groups;

/// <summary>Readings of one group.</summary>
internal static class GroupedContent
{
    /// <summary>The same readings, all of a group; without one, or where the South has said it, as they are.</summary>
    public static ReadingsContent In(this ReadingsContent content, string? group) =>
        group is null || content.Readings.IsEmpty || content.Groups.Count > 0
            ? content
            : content with { Groups = [new GroupRun(content.Readings.Length, group)] };
}
