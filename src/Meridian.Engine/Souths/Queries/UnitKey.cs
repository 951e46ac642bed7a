using Meridian.Configuration;
using Meridian.Configuration.Schedules;
using Meridian.Sdk.South;

namespace Meridian.Engine.Souths.Queries;

/// <summary>What is asked for together: the items of one schedule, one capability and one group.</summary>
/// <param name="Schedule">When.</param>
/// <param name="Capability">How.</param>
/// <param name="Group">The group; null for items without one.</param>
internal sealed record UnitKey(Schedule Schedule, SouthCapabilities Capability, string? Group)
{
    /// <summary>The unit that an item belongs to.</summary>
    public static UnitKey Of(ItemConfig item) => new(item.Schedule, item.Capability, item.Item.Group);
}
