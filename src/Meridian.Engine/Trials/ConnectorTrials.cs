using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Meridian.Configuration;
using Meridian.Sdk;
using Meridian.Sdk.Faults;
using Meridian.Sdk.Intakes;
using Meridian.Sdk.South;

namespace Meridian.Engine.Trials;

/// <summary>
/// Tries settings and items, saved or not, on throw-away instances: each has an identity of its own at its peer, and
/// nothing that runs notices. Any thread; trials run beside each other.
/// </summary>
/// <param name="services">Loggers, clock, chance.</param>
public sealed class ConnectorTrials(EngineServices services)
{
    /// <summary>The most readings that a trial shows.</summary>
    public const int MaxReadings = 1_000;

    /// <summary>The most files that a trial shows.</summary>
    public const int MaxFiles = 1_000;

    /// <summary>How much of a file is read that does not say its length: the first MiB.</summary>
    private const int MaxCountedBytes = 1 << 20;

    private static readonly TimeSpan CloseWithin = TimeSpan.FromSeconds(5);

    /// <summary>Tries a South's settings.</summary>
    /// <param name="south">The South; it need not be saved or enabled.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Facts such as versions and latencies.</returns>
    /// <exception cref="ConnectorException">The settings do not work, in words.</exception>
    public Task<IReadOnlyList<Diagnostic>> TestAsync(SouthConfig south, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(south);
        return TestAsync(
            south.Name, context => south.Manifest.Create(context, south.Settings), cancellationToken);
    }

    /// <summary>Tries a North's settings.</summary>
    /// <param name="north">The North; it need not be saved or enabled.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Facts such as versions and latencies.</returns>
    /// <exception cref="ConnectorException">The settings do not work, in words.</exception>
    public Task<IReadOnlyList<Diagnostic>> TestAsync(NorthConfig north, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(north);
        return TestAsync(
            north.Name, context => north.Manifest.Create(context, north.Settings), cancellationToken);
    }

    /// <summary>
    /// Connects, asks for one item once and disconnects. A subscription waits for the first readings.
    /// </summary>
    /// <param name="south">The South; it need not be saved or enabled.</param>
    /// <param name="item">The item; it need not be one of the South's.</param>
    /// <param name="window">The window of a history query; of no account elsewhere.</param>
    /// <param name="within">How long a subscription waits.</param>
    /// <param name="cancellationToken">Gives up; what was opened is closed.</param>
    /// <returns>What it would yield.</returns>
    /// <exception cref="ConnectorException">The peer cannot be asked, in words.</exception>
    public async Task<ItemTrial> TestItemAsync(
        SouthConfig south,
        ItemConfig item,
        HistoryWindow window,
        TimeSpan within,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(south);
        ArgumentNullException.ThrowIfNull(item);
        var folder = TrialFolder();
        var context = new TrialContext(south.Name, folder, MaxReadings, services);
        var connector = south.Manifest.Create(context, south.Settings);
        try
        {
            var start = services.Time.GetTimestamp();
            await connector.StartAsync(cancellationToken).ConfigureAwait(false);
            await connector.ConnectAsync(cancellationToken).ConfigureAwait(false);
            var connectTime = services.Time.GetElapsedTime(start);
            start = services.Time.GetTimestamp();
            var files = await AskAsync(connector, context, item, window, within, cancellationToken)
                .ConfigureAwait(false);
            return new ItemTrial(
                context.Readings,
                files,
                context.ProblemOf(item.Name),
                connectTime,
                services.Time.GetElapsedTime(start));
        }
        finally
        {
            await CloseAsync(connector).ConfigureAwait(false);
            Remove(folder);
        }
    }

    private async Task<IReadOnlyList<SourceFile>> AskAsync(
        ISouth connector,
        TrialContext context,
        ItemConfig item,
        HistoryWindow window,
        TimeSpan within,
        CancellationToken cancellationToken)
    {
        IReadOnlyList<Item> items = [item.Item];
        switch (item.Capability)
        {
            case SouthCapabilities.LastPoint:
                var content = await ((IQueriesLastPoint)connector).QueryLastPointAsync(items, cancellationToken)
                    .ConfigureAwait(false);
                context.Keep(content.Readings.Span);
                return [];

            case SouthCapabilities.History:
                var pages = ((IQueriesHistory)connector).QueryHistoryAsync(items, window, cancellationToken);
                await foreach (var page in pages.ConfigureAwait(false))
                {
                    context.Keep(page.Readings.Span);
                    if (context.Readings.Count == MaxReadings)
                    {
                        break;
                    }
                }

                return [];

            case SouthCapabilities.File:
                var files = await ListAsync((IQueriesFile)connector, item.Item, cancellationToken)
                    .ConfigureAwait(false);
                if (connector is IDecodesFile decoder && decoder.Decodes(item.Item) && files is [var first, ..])
                {
                    await DecodeAsync(decoder, item.Item, first, context, cancellationToken).ConfigureAwait(false);
                }

                return files;

            case SouthCapabilities.Next:
                var next = ((IQueriesNext)connector).QueryNextAsync(item.Item, position: null, cancellationToken);
                return await ShowNextAsync(next, context, services.Time, cancellationToken).ConfigureAwait(false);

            default:
                await ((IQueriesSubscription)connector).SubscribeAsync(items, cancellationToken).ConfigureAwait(false);
                await WaitAsync(context.First, within, cancellationToken).ConfigureAwait(false);
                return [];
        }
    }

    /// <summary>The first page that has something; a test begins where the settings say and moves nothing.</summary>
    private static async Task<IReadOnlyList<SourceFile>> ShowNextAsync(
        IAsyncEnumerable<NextPage> pages, TrialContext context, TimeProvider time, CancellationToken cancellationToken)
    {
        await foreach (var page in pages.WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            if (page.Content is FileContent file)
            {
                var length = file.LengthBytes ?? await CountAsync(file, cancellationToken).ConfigureAwait(false);
                return [new SourceFile(file.Name, length, time.GetUtcNow()) { OpenRead = file.OpenRead }];
            }

            if (page.Content is ReadingsContent { Readings.IsEmpty: false } readings)
            {
                context.Keep(readings.Readings.Span);
                break;
            }
        }

        return [];
    }

    private static async Task<long> CountAsync(FileContent file, CancellationToken cancellationToken)
    {
        var content = await file.OpenRead(cancellationToken).ConfigureAwait(false);
        await using (content.ConfigureAwait(false))
        {
            var buffer = new byte[MaxCountedBytes];
            return await content.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken)
                .ConfigureAwait(false);
        }
    }

    /// <summary>The first page of a file that becomes readings; the file stays as it is.</summary>
    private static async Task DecodeAsync(
        IDecodesFile connector, Item item, SourceFile file, TrialContext context, CancellationToken cancellationToken)
    {
        var content = await file.OpenRead(cancellationToken).ConfigureAwait(false);
        await using (content.ConfigureAwait(false))
        {
            var pages = connector.DecodeFileAsync(item, file.Path, content, cancellationToken);
            await foreach (var page in pages.ConfigureAwait(false))
            {
                context.Keep(page.Span);
                break;
            }
        }
    }

    private static async Task<IReadOnlyList<SourceFile>> ListAsync(
        IQueriesFile connector, Item item, CancellationToken cancellationToken)
    {
        var rules = ((IHasFileRules)item.Settings).Files;
        var files = new List<SourceFile>();
        await foreach (var file in connector.QueryFileAsync(item, cancellationToken).ConfigureAwait(false))
        {
            if (Souths.Files.FilePattern.Matches(rules, file))
            {
                files.Add(file);
            }

            if (files.Count == MaxFiles)
            {
                break;
            }
        }

        return files;
    }

    /// <summary>A source that has nothing to say within the time is no fault.</summary>
    private async Task WaitAsync(Task first, TimeSpan within, CancellationToken cancellationToken)
    {
        try
        {
            await first.WaitAsync(within, services.Time, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            // Shown as no readings.
        }
    }

    private async Task<IReadOnlyList<Diagnostic>> TestAsync(
        string name, Func<TrialContext, IConnector> create, CancellationToken cancellationToken)
    {
        var folder = TrialFolder();
        try
        {
            var connector = create(new TrialContext(name, folder, MaxReadings, services));
            return await connector.TestConnectionAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            Remove(folder);
        }
    }

    [SuppressMessage(
        "Design",
        "CA1031:Do not catch general exception types",
        Justification = "The supervision edge: what was found is not lost because a connector fails to close.")]
    private async Task CloseAsync(ISouth connector)
    {
        using var over = new CancellationTokenSource(CloseWithin, services.Time);
        foreach (var step in (Func<CancellationToken, Task>[])[connector.DisconnectAsync, connector.StopAsync])
        {
            try
            {
                await step(over.Token).ConfigureAwait(false);
            }
            catch (Exception fault)
            {
                services.Loggers.CreateLogger(nameof(ConnectorTrials)).LogCloseFailed(fault);
            }
        }
    }

    private string TrialFolder() => Path.Combine(
        Path.GetTempPath(),
        string.Create(CultureInfo.InvariantCulture, $"meridian-trial-{services.Random.NextInt64():x16}"));

    private static void Remove(string folder)
    {
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
