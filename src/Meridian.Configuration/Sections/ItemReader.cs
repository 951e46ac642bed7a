using Meridian.Configuration.Binding;
using Meridian.Configuration.Json;
using Meridian.Configuration.Schedules;
using Meridian.Configuration.Shapes;
using Meridian.Sdk;
using Meridian.Sdk.South;

namespace Meridian.Configuration.Sections;

/// <summary>
/// Reads the items of one South. An item is one flat object: what belongs to every item, and beside it what its South's
/// type wants to know.
/// </summary>
/// <param name="manifest">The South's type.</param>
/// <param name="schedules">The schedules there are.</param>
/// <param name="schedule">The schedule of items that name none; null for what suits the type.</param>
/// <param name="context">Where problems go.</param>
internal sealed class ItemReader(
    SouthManifest manifest, ScheduleReader schedules, Schedule? schedule, BindingContext context)
{
    /// <summary>What serves an item at a time that the gateway chooses.</summary>
    public const SouthCapabilities OnSchedule =
        SouthCapabilities.LastPoint | SouthCapabilities.History | SouthCapabilities.File
        | SouthCapabilities.Next;

    /// <summary>What suits a type that cannot subscribe.</summary>
    private static readonly PeriodSchedule TenSeconds = new(TimeSpan.FromSeconds(10));

    private static readonly SettingsShape HeaderShape = SettingsShape.Of(typeof(ItemSection));

    private readonly SettingsShape _shape = SettingsShape.Of(manifest.ItemSettingsType);

    private readonly ConnectorNames _names =
        new(StringComparer.Ordinal, "names of items are unique within their South.");

    /// <summary>How often items give data at least that say nothing themselves; null for nothing.</summary>
    public TimeSpan? ExpectEvery { get; init; }

    /// <summary>The names in an item's object that no connector may use for its own.</summary>
    public static IReadOnlyList<string> ReservedNames { get; } = [.. HeaderShape.Names];

    /// <summary>Reads the list; none is an empty one.</summary>
    public BoundItems Read(ListSyntax? list, SettingsPath path)
    {
        var elements = list?.Elements ?? [];
        var items = new List<ItemConfig>(elements.Count);
        var indexes = new List<int>(elements.Count);
        for (var index = 0; index < elements.Count; index++)
        {
            var place = path.Element(index);
            if (ObjectIn.List(elements[index], place, context) is { } syntax && ReadItem(syntax, place) is { } item)
            {
                items.Add(item);
                indexes.Add(index);
            }
        }

        return new BoundItems(items, indexes, items.Count == elements.Count);
    }

    private ItemConfig? ReadItem(ObjectSyntax syntax, SettingsPath path)
    {
        var (header, others) = Split(syntax);
        var bound = SettingsBinder.BindProperties(HeaderShape, header, path, context, []);
        var settings = SettingsBinder
            .BindProperties(_shape, others, path, context, HeaderShape.Names)
            .Construct(path, context);
        return bound.Get<string>("name") is { } name
            && _names.Take(name, syntax, path, context)
            && !bound.HasProblems
            && settings is not null
            ? Make(new Item(name, settings) { Group = bound.Get<string>("group") }, bound, syntax, path)
            : null;
    }

    private ItemConfig? Make(Item item, BoundProperties bound, ObjectSyntax syntax, SettingsPath path)
    {
        var named = bound.Get<string>("schedule");
        var found = named is null ? schedule ?? Suiting() : schedules.Find(named, syntax, path);
        if (found is null)
        {
            return null;
        }

        var capability = found is SubscriptionSchedule
            ? manifest.Capabilities & SouthCapabilities.Subscription
            : manifest.CapabilityOf?.Invoke(item.Settings) ?? (manifest.Capabilities & OnSchedule);
        if (capability == SouthCapabilities.None)
        {
            context.Report(
                path.Member("schedule"),
                SyntaxLocator.FindMemberLine(syntax, named is null ? "name" : "schedule"),
                IsOnlyPushedTo
                    ? $"A South of type '{manifest.Id}' has no items: its data are pushed to it. Leave the item out."
                    : found is SubscriptionSchedule
                    ? $"A South of type '{manifest.Id}' cannot subscribe; give 'schedule' a period such as \"10 s\"."
                    : $"A South of type '{manifest.Id}' only subscribes and is not read on the schedule "
                    + $"\"{found.Name}\"; leave 'schedule' out.");
            return null;
        }

        var setpoint = bound.Get<SetpointConfig>("setpoint");
        if (setpoint is not null && !MayHave(setpoint, item, syntax, path))
        {
            return null;
        }

        return new ItemConfig
        {
            Item = item,
            Enabled = !bound.Has("enabled") || bound.Get<bool>("enabled"),
            Schedule = found,
            ExpectEvery = bound.Get<TimeSpan?>("expectEvery") ?? ExpectEvery,
            Setpoint = setpoint,
            Capability = capability,
        };
    }

    private bool MayHave(SetpointConfig setpoint, Item item, ObjectSyntax syntax, SettingsPath path)
    {
        var problem = !manifest.Capabilities.HasFlag(SouthCapabilities.Setpoints)
            ? $"A South of type '{manifest.Id}' writes nothing; leave 'setpoint' out."
            : setpoint.Min > setpoint.Max
                ? $"'min' is {setpoint.Min}, which is more than 'max', {setpoint.Max}; exchange them."
                : manifest.SetpointProblem?.Invoke(item.Settings);
        if (problem is not null)
        {
            context.Report(path.Member("setpoint"), SyntaxLocator.FindMemberLine(syntax, "setpoint"), problem);
        }

        return problem is null;
    }

    private bool IsOnlyPushedTo =>
        (manifest.Capabilities & (OnSchedule | SouthCapabilities.Subscription)) == SouthCapabilities.None;

    private Schedule Suiting() =>
        manifest.Capabilities.HasFlag(SouthCapabilities.Subscription) ? SubscriptionSchedule.Instance : TenSeconds;

    private static (ObjectSyntax Header, ObjectSyntax Settings) Split(ObjectSyntax syntax)
    {
        var header = new List<MemberSyntax>(HeaderShape.Names.Count);
        var rest = new List<MemberSyntax>(syntax.Members.Count);
        foreach (var member in syntax.Members)
        {
            (HeaderShape.Find(member.Name) is null ? rest : header).Add(member);
        }

        return (new ObjectSyntax(syntax.Line, header), new ObjectSyntax(syntax.Line, rest));
    }
}
