using System.Diagnostics.CodeAnalysis;
using Meridian.Sdk.North;
using Meridian.Sdk.Settings;
using Meridian.Sdk.South;

namespace Meridian.Sdk;

/// <summary>
/// What a kind of connector is, told once: everything the file, the API and the pages know comes from here. A closed
/// family.
/// </summary>
public abstract record ConnectorManifest
{
    private protected ConnectorManifest()
    {
    }

    /// <summary>The word in the configuration's <c>type</c>: lower case, such as "mqtt".</summary>
    public required string Id { get; init; }

    /// <summary>The name people read.</summary>
    public required string Name { get; init; }

    /// <summary>What it does, in one sentence.</summary>
    public required string Description { get; init; }

    /// <summary>Under which heading people look for it.</summary>
    public required ConnectorCategory Category { get; init; }

    /// <summary>The class that <c>Create</c> makes: its interfaces are its capabilities.</summary>
    [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.Interfaces)]
    public required Type ConnectorType { get; init; }

    /// <summary>
    /// The record of its settings: a public parameterless constructor (no positional record), properties with
    /// <c>required</c>, data annotations, defaults and XML docs.
    /// </summary>
    [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.All)]
    public required Type SettingsType { get; init; }
}

/// <summary>Under which heading people look for a connector.</summary>
public enum ConnectorCategory
{
    /// <summary>Message brokers.</summary>
    Broker,

    /// <summary>Controllers, devices and the servers that stand for them.</summary>
    Machine,

    /// <summary>Databases and historians.</summary>
    Database,

    /// <summary>Folders and file servers.</summary>
    File,

    /// <summary>Web services and clouds.</summary>
    Web,

    /// <summary>For looking, trying and measuring.</summary>
    Tool,
}

/// <summary>A kind of South.</summary>
public sealed record SouthManifest : ConnectorManifest
{
    /// <summary>What it can be asked for, read from <see cref="ConnectorManifest.ConnectorType"/>.</summary>
    public SouthCapabilities Capabilities =>
        Flag<IQueriesLastPoint>(SouthCapabilities.LastPoint)
        | Flag<IQueriesHistory>(SouthCapabilities.History)
        | Flag<IQueriesFile>(SouthCapabilities.File)
        | Flag<IQueriesSubscription>(SouthCapabilities.Subscription)
        | Flag<IWritesSetpoints>(SouthCapabilities.Setpoints)
        | Flag<IQueriesNext>(SouthCapabilities.Next)
        | Flag<ITakesIntake>(SouthCapabilities.Intake);

    /// <summary>
    /// Which single capability serves an item on a schedule, by its settings. Needed where a South has more than one
    /// of last point, history, file and next; the default takes the one there is.
    /// </summary>
    public Func<object, SouthCapabilities>? CapabilityOf { get; init; }

    /// <summary>
    /// Whether an item gives files and not readings, by its settings. Needed where the capability that serves it does
    /// not tell: <see cref="IQueriesNext"/> may give either, <see cref="IDecodesFile"/> makes readings of files. The
    /// default takes an item of <see cref="SouthCapabilities.File"/> to give files and every other readings.
    /// </summary>
    public Func<object, bool>? GivesFiles { get; init; }

    /// <summary>
    /// Why an item takes no setpoint, by its settings, as a sentence that says the way out; null for one that does.
    /// Asked of items that have <c>setpoint</c>. The default takes every item to be written to.
    /// </summary>
    public Func<object, string?>? SetpointProblem { get; init; }

    /// <summary>How many queries may run at once on one connection.</summary>
    /// <value>Default: 1.</value>
    public int MaxParallelQueries { get; init; } = 1;

    /// <summary>
    /// The record of one item's settings, made as <see cref="ConnectorManifest.SettingsType"/> is. The names
    /// <c>name</c>, <c>enabled</c> and <c>schedule</c> belong to the item itself.
    /// </summary>
    [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.All)]
    public required Type ItemSettingsType { get; init; }

    /// <summary>
    /// Makes an instance from settings of <see cref="ConnectorManifest.SettingsType"/>. Must not touch the network or
    /// the disk.
    /// </summary>
    public required Func<ISouthContext, object, ISouth> Create { get; init; }

    /// <summary>
    /// Checks what attributes cannot say: settings and items against each other. Paths begin with <c>settings.</c> or
    /// <c>items[n].</c>. It may see only some of the items, when others are wrong in themselves. The default finds
    /// nothing.
    /// </summary>
    public Func<object, IReadOnlyList<Item>, IEnumerable<SettingsProblem>> Check { get; init; } = (_, _) => [];

    private SouthCapabilities Flag<T>(SouthCapabilities capability) =>
        ConnectorType.IsAssignableTo(typeof(T)) ? capability : SouthCapabilities.None;
}

/// <summary>A kind of North.</summary>
public sealed record NorthManifest : ConnectorManifest
{
    /// <summary>What it promises.</summary>
    public required DeliveryGuarantee Guarantee { get; init; }

    /// <summary>What it takes, read from <see cref="ConnectorManifest.ConnectorType"/>.</summary>
    public NorthCapabilities Capabilities =>
        Flag<IHandlesValues>(NorthCapabilities.Values)
        | Flag<IHandlesFile>(NorthCapabilities.File)
        | Flag<IKeepsOwnCursor>(NorthCapabilities.OwnCursor);

    /// <summary>
    /// Whether its promise rests on <see cref="ValuesBatch.Key"/>: the engine then stores where a batch begins and ends
    /// before the first try, and sends exactly that again until its outcome is known. It costs a flush of the disk per
    /// batch. Not for <see cref="IKeepsOwnCursor"/>, and not needed where what was sent can be undone at the next
    /// connect (<see cref="INorthContext.DeliveryState"/>).
    /// </summary>
    /// <value>Default: false.</value>
    public bool NeedsExactBatches { get; init; }

    /// <summary>
    /// How many batches may be on their way at once; the user asks for them with <c>batch.maxParallelSends</c>. Above
    /// 1, <see cref="IHandlesValues.HandleValuesAsync"/> is called again while earlier calls are under way, from any
    /// thread: the readings of one South one call at a time and in order, those of different Souths at once. A file
    /// still goes alone. When one call throws, the others are cancelled, and the connection is made anew when all have
    /// ended. Such a connector returns no <see cref="DeliveryOutcome.State"/>: no one place would be its own.
    /// Not for <see cref="IKeepsOwnCursor"/> and not with <see cref="NeedsExactBatches"/>, where one
    /// place and one batch are stored at a time.
    /// </summary>
    /// <remarks>
    /// A number, as <see cref="SouthManifest.MaxParallelQueries"/> is, and no interface: nothing is called that was
    /// not called before, and how many are of use depends on the destination.
    /// </remarks>
    /// <value>1 to 32. Default: 1.</value>
    public int MaxParallelSends { get; init; } = 1;

    /// <summary>
    /// Makes an instance from settings of <see cref="ConnectorManifest.SettingsType"/>. Must not touch the network or
    /// the disk.
    /// </summary>
    public required Func<INorthContext, object, INorth> Create { get; init; }

    /// <summary>
    /// Checks what attributes cannot say. Paths begin with <c>settings.</c>. The default finds nothing.
    /// </summary>
    public Func<object, IEnumerable<SettingsProblem>> Check { get; init; } = _ => [];

    private NorthCapabilities Flag<T>(NorthCapabilities capability) =>
        ConnectorType.IsAssignableTo(typeof(T)) ? capability : NorthCapabilities.None;
}
