using Meridian.Configuration;

namespace Meridian.Engine.Reconciling;

/// <summary>What going over from one configuration to another would do; nothing is done.</summary>
public sealed record ConfigurationChange
{
    /// <summary>The Souths that are touched; those that go first, then in the order of the configuration.</summary>
    public IReadOnlyList<ConnectorChange> Souths { get; private init; } = [];

    /// <summary>The Norths that are touched, in the same order.</summary>
    public IReadOnlyList<ConnectorChange> Norths { get; private init; } = [];

    /// <summary>What takes effect only when the gateway starts again, by the names in the file.</summary>
    public IReadOnlyList<string> AtNextStart { get; private init; } = [];

    /// <summary>What else differs in the section <c>gateway</c>; taken as the gateway runs.</summary>
    public IReadOnlyList<string> Gateway { get; private init; } = [];

    /// <summary>Whether nothing that runs is touched, now or later.</summary>
    public bool IsNone => Souths.Count + Norths.Count + AtNextStart.Count + Gateway.Count == 0;

    /// <summary>Compares two configurations.</summary>
    /// <param name="running">What runs.</param>
    /// <param name="next">What shall run.</param>
    public static ConfigurationChange Between(MeridianConfig running, MeridianConfig next)
    {
        ArgumentNullException.ThrowIfNull(running);
        ArgumentNullException.ThrowIfNull(next);
        var plan = ReconcilePlan.Of(running, next);
        var journal = SettingsDifference.Between(running.Gateway.Journal, next.Gateway.Journal, "gateway.journal");
        var norths = plan.Next.Norths
            .Select(north => (Running: Find(running.Norths, north.Name, static one => one.Name), Next: north))
            .ToArray();
        return new ConfigurationChange
        {
            Souths =
            [
                .. Removed(running.Souths, next.Souths, static one => one.Name),
                .. plan.Next.Souths
                    .Select(south => Of(Find(running.Souths, south.Name, static one => one.Name), south))
                    .OfType<ConnectorChange>(),
            ],
            Norths =
            [
                .. Removed(running.Norths, next.Norths, static one => one.Name),
                .. norths.Select(static pair => Of(pair.Running, pair.Next)).OfType<ConnectorChange>(),
            ],
            AtNextStart =
            [
                .. journal,
                .. norths
                    .Where(static pair => pair.Running is { } before
                        && ReconcilePlan.MustReopen(before.Lag, pair.Next.Lag))
                    .Select(static pair => $"lag of North '{pair.Next.Name}'"),
            ],
            Gateway =
            [
                .. SettingsDifference.Between(running.Gateway, next.Gateway, "gateway")
                    .Except(journal, StringComparer.Ordinal),
            ],
        };
    }

    private static ConnectorChange? Of(SouthConfig? running, SouthConfig next) => (running, next) switch
    {
        (null, { Enabled: false }) or ({ Enabled: false }, { Enabled: false }) => null,
        (null or { Enabled: false }, _) => new ConnectorChange(next.Name, ConnectorChangeKind.Starts),
        (_, { Enabled: false }) => new ConnectorChange(next.Name, ConnectorChangeKind.Stops),
        _ when ReferenceEquals(running, next) => null,
        _ => WithItems(
            new ConnectorChange(
                next.Name,
                ReconcilePlan.MustRestart(running, next) ? ConnectorChangeKind.Restarts : ConnectorChangeKind.GoesOn)
            {
                Settings =
                [
                    .. Named("name", string.Equals(running.Name, next.Name, StringComparison.Ordinal)),
                    .. Named("type", ReferenceEquals(running.Manifest, next.Manifest)),
                    .. SettingsDifference.Between(running.Settings, next.Settings, "settings"),
                    .. SettingsDifference.Between(running.History, next.History, "history"),
                ],
            },
            running.Items,
            next.Items),
    };

    private static ConnectorChange? Of(NorthConfig? running, NorthConfig next) => (running, next) switch
    {
        (null, { Enabled: false }) or ({ Enabled: false }, { Enabled: false }) => null,
        (null or { Enabled: false }, _) => new ConnectorChange(next.Name, ConnectorChangeKind.Starts),
        (_, { Enabled: false }) => new ConnectorChange(next.Name, ConnectorChangeKind.Stops),
        _ when ReferenceEquals(running, next) => null,
        _ => new ConnectorChange(next.Name, ConnectorChangeKind.Restarts)
        {
            Settings =
            [
                .. Named("name", string.Equals(running.Name, next.Name, StringComparison.Ordinal)),
                .. Named("type", ReferenceEquals(running.Manifest, next.Manifest)),
                .. SettingsDifference.Between(running.Settings, next.Settings, "settings"),
                .. Named("batch", running.Batch == next.Batch),
                .. Named("lag", running.Lag == next.Lag),
                .. Named("stallAfter", running.StallAfter == next.StallAfter),
                .. Named("from", running.From.SequenceEqual(next.From, StringComparer.Ordinal)),
                .. Named("transforms", SettingsEquality.AreEqual(running.Transforms, next.Transforms)),
            ],
        },
    };

    private static ConnectorChange WithItems(
        ConnectorChange change, IReadOnlyList<ItemConfig> running, IReadOnlyList<ItemConfig> next)
    {
        var known = running.ToDictionary(static item => item.Name, StringComparer.Ordinal);
        var (added, changed) = (0, 0);
        foreach (var item in next)
        {
            if (!known.Remove(item.Name, out var before))
            {
                added++;
            }
            else if (!ReferenceEquals(before, item))
            {
                changed++;
            }
        }

        return change with { ItemsAdded = added, ItemsChanged = changed, ItemsRemoved = known.Count };
    }

    private static IEnumerable<string> Named(string name, bool isSame) => isSame ? [] : [name];

    private static T? Find<T>(IReadOnlyList<T> all, string name, Func<T, string> nameOf)
        where T : class =>
        all.FirstOrDefault(one => string.Equals(nameOf(one), name, StringComparison.OrdinalIgnoreCase));

    private static IEnumerable<ConnectorChange> Removed<T>(
        IReadOnlyList<T> running, IReadOnlyList<T> next, Func<T, string> nameOf)
        where T : class =>
        running
            .Where(one => Find(next, nameOf(one), nameOf) is null)
            .Select(one => new ConnectorChange(nameOf(one), ConnectorChangeKind.IsRemoved));
}
