using System.Diagnostics.CodeAnalysis;
using Meridian.Configuration;
using Meridian.Engine.History;
using Meridian.Engine.Norths;
using Meridian.Engine.Souths;
using Meridian.Engine.Souths.Histories;
using Meridian.Engine.Supervision;
using Meridian.Journal;
using Meridian.Sdk;
using Meridian.Sdk.Faults;
using Meridian.Sdk.Intakes;
using Meridian.Sdk.South;
using Microsoft.Extensions.Logging;

namespace Meridian.Engine.Backfills;

/// <summary>
/// One backfill while it runs: an instance of its South of its own asks for the window, and what it gives goes through
/// the journal to the one North. The next window is asked for when the North has passed the last: live data are behind
/// one window at most.
/// </summary>
internal sealed partial class BackfillJob : IHistoryHost, IIntakeSink
{
    /// <summary>What the source may still get late is looked for this often.</summary>
    private static readonly TimeSpan LookAgain = TimeSpan.FromMinutes(1);

    private readonly BackfillOrder _order;
    private readonly SouthConfig _south;
    private readonly NorthCursor _north;
    private readonly RuntimeSurroundings _around;
    private readonly JournalSource _source;
    private readonly ConnectorContext _common;
    private readonly SouthContext _context;
    private readonly Supervisor _supervisor;
    private readonly ILogger _logger;
    private readonly Item[] _items;
    private readonly HistorySettings _settings;
    private readonly long _started;
    private readonly HistoryProgress _atStart;
    private volatile SouthPump _pump;
    private Task _pumping = Task.CompletedTask;
    private CancellationToken _abandon;
    private Func<Task> _end = static () => Task.CompletedTask;
    private long _brought;

    public BackfillJob(BackfillOrder order, SouthConfig south, NorthRuntime north, RuntimeSurroundings around)
    {
        var services = around.Services;
        var name = $"{south.Name} (backfill {order.Name})";
        _order = order;
        _south = south;
        _north = north.Cursor;
        _around = around;
        _source = around.Journal.Source(BackfillSource.NameOf(north.Id, south.Name, order.Name));
        Board = new ConnectorBoard(name, services.Time);
        _logger = services.Loggers.CreateLogger($"Meridian.Backfill.{order.Name}");
        _common = new ConnectorContext(
            name,
            around.FolderOf("backfill", order.Name),
            Board,
            services.Loggers,
            services.Time,
            services.Random);
        Memory = new HistoryMemory(FindCheckpoint);
        _context = new SouthContext(_common, this, FindCheckpoint, _logger);
        _pump = NewPump();
        _supervisor = new Supervisor(_common, Create, ServeAsync, services.NewBackoff(), _logger);
        _items = [.. ItemsOf(order, south)];
        _settings = HistorySettings.From(south.History) with
        {
            Start = order.Window.Start,
            Until = order.Window.End,
        };
        _started = services.Time.GetTimestamp();
        _atStart = Progress;
    }

    public ConnectorBoard Board { get; }

    /// <summary>Where its items stand.</summary>
    public HistoryMemory Memory { get; }

    /// <summary>Readings put on disk by this run.</summary>
    public long Brought => Interlocked.Read(ref _brought) + _pump.Received;

    /// <summary>How far it is.</summary>
    public HistoryProgress Progress =>
        HistoryProgress.Of(_items.Select(item => Memory.Peek(item).Coverage), _order.Window);

    /// <summary>How long it takes from now at the pace of this run; null when that is not known.</summary>
    public TimeSpan? Remaining => Progress.RemainingSince(_atStart, Time.GetElapsedTime(_started));

    public TimeProvider Time => _around.Services.Time;

    /// <summary>The items whose past is asked for.</summary>
    public static IEnumerable<Item> ItemsOf(BackfillOrder order, SouthConfig south)
    {
        var named = order.Items.ToHashSet(StringComparer.Ordinal);
        return south.Items
            .Where(item => item.Capability == SouthCapabilities.History
                && (named.Count == 0 || named.Contains(item.Name)))
            .Select(static item => item.Item);
    }

    /// <summary>Runs until all is on disk, or stopped.</summary>
    [SuppressMessage(
        "Design",
        "CA1031:Do not catch general exception types",
        Justification = "A pump that failed has been reported through its connector; stopping goes on.")]
    public async Task RunAsync(CancellationToken stop, CancellationToken abandon)
    {
        _abandon = abandon;
        _pumping = _pump.RunAsync(abandon);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stop);
        _end = ending.CancelAsync;
        await _supervisor.RunAsync(ending.Token, abandon).ConfigureAwait(false);
        _pump.Complete();
        try
        {
            await _pumping.ConfigureAwait(false);
        }
        catch (Exception failed)
        {
            Board.Set(ConnectorState.Stopped, failed.Message);
        }
    }

    public async Task PauseAsync(TimeSpan pause, CancellationToken cancellationToken)
    {
        await Task.Delay(pause, Time, cancellationToken).ConfigureAwait(false);
        await _north.WaitUntilPassedAsync(_around.Journal.End, cancellationToken).ConfigureAwait(false);
    }

    public void ReportItem(string item, string? problem) => _context.ReportItem(item, problem);

    public void CountHistory(int repeated, int outside) => _context.CountHistory(repeated, outside);

    public ValueTask OfferAsync(Intake intake, CancellationToken cancellationToken) =>
        _pump.OfferAsync(intake, cancellationToken);

    private IConnector Create()
    {
        if (_pumping.IsFaulted)
        {
            _ = Interlocked.Add(ref _brought, _pump.Received);
            _pump = NewPump();
            _pumping = _pump.RunAsync(_abandon);
        }

        return _south.Manifest.Create(_context, _south.Settings);
    }

    private async Task ServeAsync(IConnector connector, CancellationToken stop)
    {
        if (connector is not IQueriesHistory source)
        {
            throw new ConnectorException(
                Fault.Misconfigured, $"South '{_south.Name}' cannot be asked for the past; choose one that can.");
        }

        _supervisor.ReportRunning();
        var query = new HistoryQuery(source, _pump, Memory, this);
        while (true)
        {
            await query.RunAsync(_items, _settings, static (_, _) => false, stop).ConfigureAwait(false);
            if (Progress.IsComplete)
            {
                break;
            }

            // The end of the window lies ahead, or something of it may still come late.
            await Task.Delay(LookAgain, Time, stop).ConfigureAwait(false);
        }

        LogComplete(_order.Name, Brought);
        await _end().ConfigureAwait(false);
    }

    private SouthPump NewPump() => new(_around.Journal, _source, _logger);

    private ReadOnlyMemory<byte>? FindCheckpoint(string key) =>
        _around.Journal.TryGetCheckpoint(_source, key, out var value)
            ? (ReadOnlyMemory<byte>?)value // without the cast null becomes empty bytes
            : null;

    [LoggerMessage(
        EventIds.BackfillComplete,
        LogLevel.Information,
        "Backfill {Backfill} is complete: {Count} readings were brought since the gateway started.")]
    private partial void LogComplete(string backfill, long count);
}
