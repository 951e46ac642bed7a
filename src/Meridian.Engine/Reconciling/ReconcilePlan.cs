using Meridian.Configuration;

namespace Meridian.Engine.Reconciling;

/// <summary>
/// What lies between the configuration that runs and the next one: only what differs is touched. Pure; made from the
/// two snapshots alone.
/// </summary>
internal sealed record ReconcilePlan
{
    private ReconcilePlan(MeridianConfig next) => Next = next;

    /// <summary>The next configuration. What did not change in it is the very same instance as before.</summary>
    public MeridianConfig Next { get; private init; }

    /// <summary>Names of Souths that run and shall not, or shall run otherwise.</summary>
    public IReadOnlyList<string> SouthsToStop { get; private init; } = [];

    /// <summary>Souths that shall run and do not, or not so.</summary>
    public IReadOnlyList<SouthConfig> SouthsToStart { get; private init; } = [];

    /// <summary>Souths that go on and take other items.</summary>
    public IReadOnlyList<SouthConfig> SouthsToChange { get; private init; } = [];

    /// <summary>Names of Norths that shall not be, or shall be otherwise.</summary>
    public IReadOnlyList<string> NorthsToStop { get; private init; } = [];

    /// <summary>Norths that shall be and are not, or not so; those that are not enabled keep their places.</summary>
    public IReadOnlyList<NorthConfig> NorthsToStart { get; private init; } = [];

    /// <summary>
    /// Whether something differs that takes effect at the next start only: the journal's sizes, and what a North drops.
    /// </summary>
    public bool NeedsRestart { get; private init; }

    /// <summary>Compares.</summary>
    /// <param name="running">What runs.</param>
    /// <param name="next">What shall run.</param>
    public static ReconcilePlan Of(MeridianConfig running, MeridianConfig next)
    {
        var souths = Match(running.Souths, next.Souths, static south => south.Name, Keep);
        var norths = Match(running.Norths, next.Norths, static north => north.Name, Keep);
        return new ReconcilePlan(next with
        {
            Souths = [.. souths.Select(static pair => pair.Next)],
            Norths = [.. norths.Select(static pair => pair.Next)],
        })
        {
            SouthsToStop = Gone(
                running.Souths.Where(static south => south.Enabled), souths, static south => south.Name, MustRestart),
            SouthsToStart =
            [
                .. souths
                    .Where(static pair => pair.Next.Enabled && (pair.Running is not { Enabled: true } running
                        || MustRestart(running, pair.Next)))
                    .Select(static pair => pair.Next),
            ],
            SouthsToChange =
            [
                .. souths
                    .Where(static pair => pair is { Running: { Enabled: true } running, Next: { Enabled: true } next }
                        && !MustRestart(running, next)
                        && !ReferenceEquals(running, next))
                    .Select(static pair => pair.Next),
            ],
            NorthsToStop = Gone(running.Norths, norths, static north => north.Name, Differ),
            NorthsToStart =
            [
                .. norths
                    .Where(static pair => pair.Running is null || Differ(pair.Running, pair.Next))
                    .Select(static pair => pair.Next),
            ],
            NeedsRestart = running.Gateway.Journal != next.Gateway.Journal
                || norths.Exists(
                    static pair => pair.Running is { Lag: var before } && MustReopen(before, pair.Next.Lag)),
        };
    }

    /// <summary>Whether a cursor drops the oldest, and when, is said when the journal is opened.</summary>
    public static bool MustReopen(LagConfig running, LagConfig next) =>
        running != next && (running.WhenFull == LagPolicy.DropOldest || next.WhenFull == LagPolicy.DropOldest);

    private static bool Differ(NorthConfig running, NorthConfig next) => !ReferenceEquals(running, next);

    /// <summary>Whether a South that runs must stop to become another.</summary>
    public static bool MustRestart(SouthConfig running, SouthConfig next) =>
        !string.Equals(running.Name, next.Name, StringComparison.Ordinal)
        || !ReferenceEquals(running.Manifest, next.Manifest)
        || !ReferenceEquals(running.Settings, next.Settings);

    private static List<(T? Running, T Next)> Match<T>(
        IReadOnlyList<T> running, IReadOnlyList<T> next, Func<T, string> nameOf, Func<T, T, T> keep)
        where T : class
    {
        var known = running.ToDictionary(nameOf, StringComparer.OrdinalIgnoreCase);
        return
        [
            .. next.Select(one => known.TryGetValue(nameOf(one), out var old) ? (old, keep(old, one)) : (null, one)),
        ];
    }

    private static string[] Gone<T>(
        IEnumerable<T> running,
        List<(T? Running, T Next)> matched,
        Func<T, string> nameOf,
        Func<T, T, bool> mustRestart)
        where T : class
    {
        var going = matched
            .Where(pair => pair.Running is not null && IsEnabled(pair.Next) && !mustRestart(pair.Running, pair.Next))
            .Select(pair => nameOf(pair.Next))
            .ToHashSet(StringComparer.OrdinalIgnoreCase);
        return [.. running.Select(nameOf).Where(name => !going.Contains(name))];
    }

    private static bool IsEnabled(object config) => config is not SouthConfig { Enabled: false };

    private static NorthConfig Keep(NorthConfig running, NorthConfig next)
    {
        var settings = KeepSettings(running.Settings, next.Settings);
        return string.Equals(running.Name, next.Name, StringComparison.Ordinal)
            && ReferenceEquals(running.Manifest, next.Manifest)
            && ReferenceEquals(running.Settings, settings)
            && running.Enabled == next.Enabled
            && running.Batch == next.Batch
            && running.Lag == next.Lag
            && running.StallAfter == next.StallAfter
            && SettingsEquality.AreEqual(running.Transforms, next.Transforms)
            && running.From.SequenceEqual(next.From, StringComparer.Ordinal)
                ? running
                : next with { Settings = settings };
    }

    private static SouthConfig Keep(SouthConfig running, SouthConfig next)
    {
        var settings = KeepSettings(running.Settings, next.Settings);
        var items = Keep(running.Items, next.Items);
        return !MustRestart(running, next with { Settings = settings })
            && ReferenceEquals(running.Items, items)
            && running.Enabled == next.Enabled
            && running.History == next.History
                ? running
                : next with { Settings = settings, Items = items };
    }

    private static IReadOnlyList<ItemConfig> Keep(IReadOnlyList<ItemConfig> running, IReadOnlyList<ItemConfig> next)
    {
        // Most items stand where they stood; they are looked up by name only from the first that does not.
        Dictionary<string, ItemConfig>? known = null;
        var isSame = running.Count == next.Count;
        var kept = new ItemConfig[next.Count];
        for (var i = 0; i < kept.Length; i++)
        {
            var name = next[i].Name;
            var old = i < running.Count && string.Equals(running[i].Name, name, StringComparison.Ordinal)
                ? running[i]
                : (known ??= running.ToDictionary(static item => item.Name, StringComparer.Ordinal))
                    .GetValueOrDefault(name);
            kept[i] = old is not null ? Keep(old, next[i]) : next[i];
            isSame = isSame && ReferenceEquals(kept[i], running[i]);
        }

        return isSame ? running : kept;
    }

    private static ItemConfig Keep(ItemConfig running, ItemConfig next)
    {
        var settings = KeepSettings(running.Item.Settings, next.Item.Settings);
        var isSameItem = ReferenceEquals(settings, running.Item.Settings)
            && string.Equals(running.Item.Group, next.Item.Group, StringComparison.Ordinal);
        var item = isSameItem ? running.Item : next.Item with { Settings = settings };
        return isSameItem
            && running.Enabled == next.Enabled
            && running.Capability == next.Capability
            && running.Setpoint == next.Setpoint
            && running.Schedule == next.Schedule
            && running.ExpectEvery == next.ExpectEvery
                ? running
                : next with { Item = item };
    }

    private static object KeepSettings(object running, object next) =>
        SettingsEquality.AreEqual(running, next) ? running : next;
}
