using Meridian.Engine.Supervision;
using Meridian.Sdk.South;

namespace Meridian.Engine.Souths.Silence;

/// <summary>What is said of a silence.</summary>
internal static class SilenceWords
{
    /// <summary>Says for how long nothing has come of a unit, and what was expected of it.</summary>
    public static string Of(WatchedUnit unit, TimeSpan silent)
    {
        var what = unit.NeedsData ? "data" : "answer";
        var expected = unit.Interval is { } interval
            ? $"every {SilenceTime.Of(interval)}"
            : $"at each '{unit.Key.Schedule.Name}'";
        return $"No {what} of {Of(unit)} for {SilenceTime.Of(silent)}; expected {expected}.";
    }

    private static string Of(WatchedUnit unit) => unit switch
    {
        { Key.Group: { } group } => $"group '{group}'",
        { Items: [var only] } => $"item '{only.Name}'",
        { Key.Capability: SouthCapabilities.Subscription } => $"its {unit.Items.Count} items outside of groups",
        _ => $"item '{unit.Items[0].Name}' and {unit.Items.Count - 1} more",
    };
}
