using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Meridian.Configuration;
using Meridian.Configuration.Schedules;
using Meridian.Engine.Tests.History.Peers;
using Meridian.Sdk;
using Meridian.Sdk.Intakes;
using Meridian.Sdk.Readings;
using Meridian.Sdk.South;

namespace Meridian.Engine.Tests.Peers;

/// <summary>A source that outlives its connectors and gives what a test tells it to.</summary>
internal sealed class SouthPeer
{
    private readonly List<Receipt> _receipts = [];
    private readonly List<string> _subscriptions = [];
    private readonly SouthManifest _manifest;
    private int _connects;
    private int _disconnects;
    private int _instances;
    private int _answering;

    public SouthPeer() =>
        _manifest = new SouthManifest
        {
            Id = "scripted",
            Name = "Scripted",
            Description = "Does what a test says.",
            Category = ConnectorCategory.Tool,
            ConnectorType = typeof(ScriptedSouth),
            SettingsType = typeof(object),
            ItemSettingsType = typeof(object),
            Create = (context, _) =>
            {
                LastContext = context;
                Context = context.IsTest ? Context : context;
                Interlocked.Increment(ref _instances);
                return new ScriptedSouth(this);
            },
        };

    public Func<CancellationToken, Task> OnDisconnect { get; set; } = _ => Task.CompletedTask;

    public Func<CancellationToken, Task> OnConnect { get; set; } = _ => Task.CompletedTask;

    public Func<CancellationToken, Task> OnSubscribe { get; set; } = _ => Task.CompletedTask;

    public ISouthContext Context { get; private set; } = null!;

    /// <summary>The context of the newest instance, a test's included.</summary>
    public ISouthContext LastContext { get; private set; } = null!;

    public int Connects => Volatile.Read(ref _connects);

    public int Disconnects => Volatile.Read(ref _disconnects);

    public int Instances => Volatile.Read(ref _instances);

    /// <summary>The order in which receipts came, by the number of their offer.</summary>
    public IReadOnlyList<int> Stored
    {
        get
        {
            lock (_receipts)
            {
                return [.. _receipts.Select(receipt => receipt.Number)];
            }
        }
    }

    /// <summary>Offers readings that carry these numbers as their values.</summary>
    public ValueTask OfferAsync(int offer, IEnumerable<long> values, CancellationToken cancellationToken = default)
    {
        var readings = values
            .Select(value => new Reading("p", DateTimeOffset.UnixEpoch, ReadingValue.From(value)))
            .ToArray();
        return OfferAsync(offer, readings, cancellationToken);
    }

    public ValueTask OfferAsync(int offer, Reading[] readings, CancellationToken cancellationToken = default) =>
        Context.Intakes.OfferAsync(
            new Intake(new ReadingsContent(readings)) { Receipt = new Receipt(this, offer) }, cancellationToken);

    /// <summary>What the source says of items when it is asked; by default nothing.</summary>
    public Func<IReadOnlyList<Item>, CancellationToken, ValueTask<ReadingsContent>> OnLastPoint { get; set; } =
        (_, _) => ValueTask.FromResult(new ReadingsContent(default));

    /// <summary>The past of its items.</summary>
    public SimulatedArchive Archive { get; } = new();

    /// <summary>The source's own clock.</summary>
    public Func<DateTimeOffset> SourceTime { get; set; } = static () => DateTimeOffset.MaxValue;

    /// <summary>Answers to questions about the past that are under way.</summary>
    public int Answering => Volatile.Read(ref _answering);

    /// <summary>How many readings a page of the past has.</summary>
    public int PageSize { get; set; } = int.MaxValue;

    /// <summary>Asked before each page; may throw.</summary>
    public Action<Item> OnPage { get; set; } = static _ => { };

    /// <summary>The windows that were asked for, in order.</summary>
    public ConcurrentQueue<(IReadOnlyList<Item> Items, HistoryWindow Window)> Asked { get; } = [];

    /// <summary>What comes after a position; by default nothing.</summary>
    public Func<Item, ReadOnlyMemory<byte>?, CancellationToken, IAsyncEnumerable<NextPage>> OnNext { get; set; } =
        static (_, _, _) => AsyncEnumerable.Empty<NextPage>();

    /// <summary>What a setpoint does; by default it is refused.</summary>
    public Func<Item, ReadingValue, CancellationToken, Task<SetpointOutcome>> OnWrite { get; set; } =
        static (_, _, _) => Task.FromResult(SetpointOutcome.Refused("It takes none."));

    /// <summary>The files that lie at the source, by path.</summary>
    public ConcurrentDictionary<string, PeerFile> Files { get; } = new(StringComparer.Ordinal);

    /// <summary>Makes readings of a file; null where files go as they are.</summary>
    public Func<string, Stream, CancellationToken, IAsyncEnumerable<ReadOnlyMemory<Reading>>>? OnDecode { get; set; }

    /// <summary>Asked before a file is deleted or moved.</summary>
    public Action<string> OnClear { get; set; } = static _ => { };

    /// <summary>Asked before a file is opened; may throw, or write on meanwhile.</summary>
    public Action<string> OnOpen { get; set; } = static _ => { };

    /// <summary>Every subscription and end of one, in order: "+name" and "-name".</summary>
    public IReadOnlyList<string> Subscriptions
    {
        get
        {
            lock (_subscriptions)
            {
                return [.. _subscriptions];
            }
        }
    }

    /// <summary>An item that is subscribed to.</summary>
    public static ItemConfig Subscribed(string name, object? settings = null) => new()
    {
        Item = new Item(name, settings ?? string.Empty),
        Schedule = SubscriptionSchedule.Instance,
        Capability = SouthCapabilities.Subscription,
    };

    /// <summary>An item that is asked for.</summary>
    public static ItemConfig Polled(string name, TimeSpan period, string? group = null) => new()
    {
        Item = new Item(name, string.Empty) { Group = group },
        Schedule = new PeriodSchedule(period),
        Capability = SouthCapabilities.LastPoint,
    };

    /// <summary>An item whose past is asked for.</summary>
    public static ItemConfig WithPast(string name, TimeSpan period) => new()
    {
        Item = new Item(name, string.Empty),
        Schedule = new PeriodSchedule(period),
        Capability = SouthCapabilities.History,
    };

    /// <summary>An item that goes on after a position.</summary>
    public static ItemConfig GoingOn(string name, string? group = null) => new()
    {
        Item = new Item(name, string.Empty) { Group = group },
        Schedule = new PeriodSchedule(TimeSpan.FromSeconds(1)),
        Capability = SouthCapabilities.Next,
    };

    /// <summary>An item that takes files.</summary>
    public static ItemConfig FilesOf(string name, FileRules rules) => new()
    {
        Item = new Item(name, new FileItem(rules)),
        Schedule = new PeriodSchedule(TimeSpan.FromSeconds(1)),
        Capability = SouthCapabilities.File,
    };

    public SouthConfig Config(string name, params ItemConfig[] items) => new()
    {
        Name = name,
        Settings = string.Empty,
        Items = items.Length > 0 ? items : [Subscribed("all")],
        Manifest = _manifest,
    };

    private sealed class Receipt(SouthPeer peer, int number) : IReceipt
    {
        public int Number => number;

        public void Stored()
        {
            ObjectDisposedException.ThrowIf(number < 0, this);

            lock (peer._receipts)
            {
                peer._receipts.Add(this);
            }
        }
    }

    private void Note(char sign, IReadOnlyList<Item> items)
    {
        lock (_subscriptions)
        {
            _subscriptions.AddRange(items.Select(item => sign + item.Name));
        }
    }

    private sealed record FileItem(FileRules Files) : IHasFileRules;

    private sealed class ScriptedSouth(SouthPeer peer)
        : IQueriesSubscription, IQueriesLastPoint, IQueriesHistory, IDecodesFile, IQueriesNext, IWritesSetpoints
    {
        public Task ConnectAsync(CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref peer._connects);
            return peer.OnConnect(cancellationToken);
        }

        public Task DisconnectAsync(CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref peer._disconnects);
            return peer.OnDisconnect(cancellationToken);
        }

        public Task SubscribeAsync(IReadOnlyList<Item> items, CancellationToken cancellationToken)
        {
            peer.Note('+', items);
            return peer.OnSubscribe(cancellationToken);
        }

        public Task UnsubscribeAsync(IReadOnlyList<Item> items, CancellationToken cancellationToken)
        {
            peer.Note('-', items);
            return Task.CompletedTask;
        }

        public ValueTask<ReadingsContent> QueryLastPointAsync(
            IReadOnlyList<Item> items, CancellationToken cancellationToken) =>
            peer.OnLastPoint(items, cancellationToken);

        public async IAsyncEnumerable<HistoryPage> QueryHistoryAsync(
            IReadOnlyList<Item> items,
            HistoryWindow window,
            [EnumeratorCancellation] CancellationToken cancellationToken)
        {
            peer.Asked.Enqueue((items, window));
            Interlocked.Increment(ref peer._answering);
            try
            {
                await Task.Yield();
                foreach (var item in items)
                {
                    for (var rest = window; rest.Start < rest.End;)
                    {
                        cancellationToken.ThrowIfCancellationRequested();
                        peer.OnPage(item);
                        var page = peer.Archive.Look(item, rest, peer.SourceTime(), peer.PageSize);
                        rest = rest with { Start = page.Covered.End };
                        yield return page;
                    }
                }
            }
            finally
            {
                Interlocked.Decrement(ref peer._answering);
            }
        }

        public bool Decodes(Item item) => peer.OnDecode is not null;

        public IAsyncEnumerable<ReadOnlyMemory<Reading>> DecodeFileAsync(
            Item item, string path, Stream content, CancellationToken cancellationToken) =>
            peer.OnDecode!(path, content, cancellationToken); // the engine asks first

        public IAsyncEnumerable<NextPage> QueryNextAsync(
            Item item, ReadOnlyMemory<byte>? position, CancellationToken cancellationToken) =>
            peer.OnNext(item, position, cancellationToken);

        public Task<SetpointOutcome> WriteSetpointAsync(
            Item item, ReadingValue value, CancellationToken cancellationToken) =>
            peer.OnWrite(item, value, cancellationToken);

        public async IAsyncEnumerable<SourceFile> QueryFileAsync(
            Item item, [EnumeratorCancellation] CancellationToken cancellationToken)
        {
            foreach (var (path, file) in peer.Files)
            {
                await Task.CompletedTask;
                yield return new SourceFile(path, file.Content.Length, file.Modified)
                {
                    OpenRead = _ =>
                    {
                        peer.OnOpen(path);
                        return peer.Files.TryGetValue(path, out var now)
                            ? ValueTask.FromResult<Stream>(new MemoryStream(now.Content))
                            : throw new FileNotFoundException("It is gone.");
                    },
                    Delete = _ =>
                    {
                        peer.OnClear(path);
                        peer.Files.TryRemove(path, out var _);
                        return ValueTask.CompletedTask;
                    },
                    MoveTo = (folder, _) =>
                    {
                        peer.OnClear(path);
                        peer.Files.TryRemove(path, out var moved);
                        peer.Files[$"{folder}/{path}"] = moved!;
                        return ValueTask.CompletedTask;
                    },
                };
            }
        }

        public Task<IReadOnlyList<Diagnostic>> TestConnectionAsync(CancellationToken cancellationToken) =>
            Task.FromResult<IReadOnlyList<Diagnostic>>([]);
    }
}

/// <summary>A file at the source.</summary>
internal sealed record PeerFile(byte[] Content, DateTimeOffset Modified);
