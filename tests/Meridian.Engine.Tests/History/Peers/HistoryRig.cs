using Meridian.Engine.History;
using Meridian.Engine.History.Answers;
using Meridian.Engine.History.Checkpoints;
using Meridian.Engine.History.Planning;
using Meridian.Sdk.Readings;
using Meridian.Sdk.South;

namespace Meridian.Engine.Tests.History.Peers;

/// <summary>
/// The loop around the history's parts, without a connector, a journal or a clock: what it carries on and what a
/// restart finds are here.
/// </summary>
internal sealed class HistoryRig
{
    private readonly HistoryPlanner _planner;
    private readonly SimulatedArchive _archive;
    private readonly Dictionary<string, byte[]> _disk = [];
    private readonly Dictionary<string, ItemHistory> _stored = [];
    private readonly Dictionary<string, ItemHistory> _held = [];

    public HistoryRig(HistorySettings settings, SimulatedArchive archive, params IEnumerable<string> items)
    {
        Settings = settings;
        _planner = new HistoryPlanner(settings);
        _archive = archive;
        foreach (var item in items)
        {
            _held[item] = _stored[item] = new ItemHistory { Item = new Item(item, "settings") };
        }
    }

    public HistorySettings Settings { get; }

    /// <summary>The true time, as the source's.</summary>
    public DateTimeOffset Time { get; set; }

    /// <summary>What the clock here says more than the truth.</summary>
    public TimeSpan Ahead { get; set; }

    /// <summary>How many readings a page has.</summary>
    public Func<int> PageSize { get; set; } = () => int.MaxValue;

    /// <summary>What the connector makes of a page before it gives it.</summary>
    public Func<HistoryPage, HistoryPage> Twist { get; set; } = page => page;

    /// <summary>Called before each page; true breaks the query off.</summary>
    public Func<bool> Fails { get; set; } = () => false;

    /// <summary>Called when a query was broken off; true ends the tick, false goes on with the next query.</summary>
    public Func<bool> GivesUp { get; set; } = () => true;

    /// <summary>Called before a page is stored; true kills the gateway instead.</summary>
    public Func<bool> Kills { get; set; } = () => false;

    /// <summary>What was carried on, in order.</summary>
    public List<(string Item, Reading Reading)> Carried { get; } = [];

    /// <summary>The queries of the last tick.</summary>
    public List<HistoryAsk> Asked { get; } = [];

    /// <summary>What the pages were worth in the last tick.</summary>
    public List<HistoryTaken> Taken { get; } = [];

    public IReadOnlyDictionary<string, ItemHistory> Held => _held;

    /// <summary>How many readings had to wait for want of room.</summary>
    public long Deferred { get; private set; }

    /// <summary>The largest checkpoint ever stored.</summary>
    public int LargestCheckpoint { get; private set; }

    /// <summary>All bytes ever stored in checkpoints.</summary>
    public long StoredBytes { get; private set; }

    public void Hold(ItemHistory history) => _held[history.Item.Name] = history;

    /// <summary>One tick of the schedule.</summary>
    public void Tick()
    {
        Asked.Clear();
        Taken.Clear();
        var plan = _planner.Plan(_held.Values, Time + Ahead);
        foreach (var history in plan.Items)
        {
            Hold(history);
        }

        foreach (var history in plan.Begun)
        {
            Store(history);
        }

        foreach (var ask in plan.Asks())
        {
            Asked.Add(ask);
            if (!Answer(ask) && GivesUp())
            {
                return;
            }
        }
    }

    /// <summary>A kill and a start: only what was stored is left.</summary>
    public void Restart()
    {
        foreach (var name in _held.Keys.ToArray())
        {
            _held[name] = _stored[name] = HistoryCheckpoints.Decode(
                _held[name].Item, key => _disk.GetValueOrDefault(key));
        }
    }

    /// <summary>Stores what only moved the coverage.</summary>
    public void StoreAll()
    {
        foreach (var history in _held.Values)
        {
            Store(history);
        }
    }

    private bool Answer(HistoryAsk ask)
    {
        foreach (var item in ask.Items)
        {
            for (var rest = ask.Window; rest.Start < rest.End;)
            {
                if (Fails())
                {
                    return false;
                }

                var page = _archive.Look(item, rest, Time, PageSize());
                rest = rest with { Start = page.Covered.End };
                var taken = HistoryAnswer.Take(ask, Twist(page), _held[item.Name]);
                if (Kills())
                {
                    Restart();
                    return false;
                }

                Taken.Add(taken);
                foreach (var reading in taken.Readings.Span)
                {
                    Carried.Add((item.Name, reading));
                }

                _held[item.Name] = taken.History;
                if (!taken.Readings.IsEmpty)
                {
                    Store(taken.History);
                }

                Deferred += taken.Deferred;
                if (taken.Deferred > 0)
                {
                    break;
                }
            }
        }

        return true;
    }

    private void Store(ItemHistory history)
    {
        var name = history.Item.Name;
        foreach (var checkpoint in HistoryCheckpoints.Encode(history, _stored[name]))
        {
            LargestCheckpoint = Math.Max(LargestCheckpoint, checkpoint.Value.Length);
            StoredBytes += checkpoint.Value.Length;
            if (checkpoint.Value.IsEmpty)
            {
                _ = _disk.Remove(checkpoint.Key);
            }
            else
            {
                _disk[checkpoint.Key] = checkpoint.Value.ToArray();
            }
        }

        _stored[name] = history;
    }
}
