namespace CustomConnector;

/// <summary>What this assembly brings. The gateway finds the class by its interface.</summary>
public sealed class Plugin : IConnectorPlugin
{
    public IReadOnlyList<ConnectorManifest> Connectors { get; } =
    [
        new SouthManifest
        {
            Id = "clock", Name = "Clock", Description = "Tells the time.", Category = ConnectorCategory.Tool,
            ConnectorType = typeof(Clock), SettingsType = typeof(ClockSettings), ItemSettingsType = typeof(ClockItem),
            CapabilityOf = item => ((ClockItem)item).Ask, Create = (host, _) => new Clock(host),
        },
        new NorthManifest
        {
            Id = "diary", Name = "Diary", Description = "Keeps a folder.", Category = ConnectorCategory.File,
            ConnectorType = typeof(Diary), SettingsType = typeof(DiarySettings),
            Guarantee = DeliveryGuarantee.AtLeastOnce, Create = (_, own) => new Diary(((DiarySettings)own).Folder),
        },
    ];
}

public sealed record ClockSettings;
public sealed record ClockItem : IHasFileRules
{
    /// <summary>What a schedule asks for: the time now, each minute of the past, or today's page as a file.</summary>
    [AllowedValues(SouthCapabilities.LastPoint, SouthCapabilities.History, SouthCapabilities.File)]
    public SouthCapabilities Ask { get; init; } = SouthCapabilities.LastPoint;
    /// <summary>Which pages, and what becomes of them.</summary>
    public FileRules Files { get; init; } = new();
}

/// <summary>Collects the time. What its source says by itself is offered; for the rest the engine asks.</summary>
public sealed class Clock(ISouthContext host) : IQueriesSubscription, IQueriesLastPoint, IQueriesHistory, IQueriesFile
{
    private volatile Item[] _items = [];
    private Task _offer = Task.CompletedTask;
    private ITimer? _timer;
    private DateTimeOffset Now => host.Time.GetUtcNow();

    public async Task<IReadOnlyList<Diagnostic>> TestConnectionAsync(CancellationToken ct) => [new("Now", $"{Now:O}")];
    public async Task ConnectAsync(CancellationToken ct) =>
        (_items, _timer) = ([], host.Time.CreateTimer(_ => Tick(), null, TimeSpan.Zero, TimeSpan.FromSeconds(1)));
    public async Task DisconnectAsync(CancellationToken ct) => await (_timer?.DisposeAsync() ?? default);

    public async Task SubscribeAsync(IReadOnlyList<Item> items, CancellationToken ct) => _items = [.. _items, .. items];
    public async Task UnsubscribeAsync(IReadOnlyList<Item> items, CancellationToken ct) =>
        _items = [.. _items.Except(items)];
    private void Tick() => _offer = _items is not { Length: > 0 } items || !_offer.IsCompleted
        ? _offer // Nobody wants it, or the disk is behind: this second is let go.
        : host.Intakes.OfferAsync(new Intake(Tell(items)), CancellationToken.None).AsTask();

    public async ValueTask<ReadingsContent> QueryLastPointAsync(IReadOnlyList<Item> items, CancellationToken ct) =>
        Tell(items);
    public IAsyncEnumerable<HistoryPage> QueryHistoryAsync(
        IReadOnlyList<Item> items, HistoryWindow window, CancellationToken ct) =>
        items.Select(item => new HistoryPage(item, window, Minutes(item, window).ToArray())).ToAsyncEnumerable();
    public IAsyncEnumerable<SourceFile> QueryFileAsync(Item item, CancellationToken ct) =>
        new[] { PageOf(new DateTimeOffset(Now.UtcDateTime.Date)) }.ToAsyncEnumerable();

    private static byte[] TextOf(DateTimeOffset day) => Encoding.UTF8.GetBytes($"{day:D}\n");
    private static SourceFile PageOf(DateTimeOffset day) =>
        new($"{day:yyyy-MM-dd}.txt", TextOf(day).Length, day) { OpenRead = async _ => new MemoryStream(TextOf(day)) };
    private ReadingsContent Tell(IEnumerable<Item> items) => new(items.Select(item => Tell(item, Now)).ToArray());
    private static Reading Tell(Item item, DateTimeOffset at) => new(item.Name, at, ReadingValue.From($"{at:T}"));
    private static IEnumerable<Reading> Minutes(Item item, HistoryWindow window) =>
        Enumerable.InfiniteSequence(window.Start.UtcTicks / TimeSpan.TicksPerMinute, 1)
            .Select(minute => Tell(item, new DateTimeOffset(minute * TimeSpan.TicksPerMinute, TimeSpan.Zero)))
            .SkipWhile(told => told.Timestamp < window.Start).TakeWhile(told => told.Timestamp < window.End);
}

public sealed record DiarySettings
{
    /// <summary>Where the diary and the pages lie; made when it is missing.</summary>
    public required string Folder { get; init; }
}

/// <summary>Delivers into a folder: readings as lines of a diary, files beside it.</summary>
public sealed class Diary(string folder) : IHandlesValues, IHandlesFile
{
    public async Task<IReadOnlyList<Diagnostic>> TestConnectionAsync(CancellationToken ct) => [new("In", folder)];
    public async Task StartAsync(CancellationToken ct) => Directory.CreateDirectory(folder);

    public ValueTask<DeliveryOutcome> HandleValuesAsync(ValuesBatch batch, CancellationToken ct)
    {
        var lines = string.Concat(batch.Readings.ToArray().Select(r => $"{r.Timestamp:O} {r.Point} {r.Value}\n"));
        return KeepAsync("diary.txt", FileMode.Append, new(new MemoryStream(Encoding.UTF8.GetBytes(lines))));
    }
    public ValueTask<DeliveryOutcome> HandleFileAsync(FileContent file, DeliveryPosition at, CancellationToken ct) =>
        KeepAsync(file.Name, FileMode.Create, file.OpenRead(ct));
    private async ValueTask<DeliveryOutcome> KeepAsync(string name, FileMode mode, ValueTask<Stream> content)
    {
        await using var source = await content;
        await using var target = new FileStream( // Delivered means that it stays: nothing waits in memory for the disk.
            Path.Combine(folder, name), mode, FileAccess.Write, FileShare.Read, 0, FileOptions.WriteThrough);
        await source.CopyToAsync(target);
        return DeliveryOutcome.Delivered;
    }
}
