using System.Globalization;
using System.Text;
using Meridian.Configuration;
using Meridian.Configuration.Schedules;
using Meridian.Sdk;
using Meridian.Sdk.Readings;
using Meridian.Sdk.South;
using Meridian.Testing.Simulation;

namespace Meridian.Engine.Tests.Faults;

/// <summary>
/// A source that says, has a past, goes on, is asked and gives files, with the books of what the gateway owes for
/// it. A point that was taken out never comes back: whether what was on its way then arrives is nobody's promise.
/// </summary>
internal sealed class FaultSource
{
    /// <summary>The past is written ahead of the clock: nothing comes later than <see cref="MaxLate"/>.</summary>
    private static readonly TimeSpan Ahead = TimeSpan.FromHours(3);

    private static readonly TimeSpan MaxLate = TimeSpan.FromSeconds(30);

    private readonly Lock _lock = new();
    private readonly HashSet<string> _subscribed = new(StringComparer.Ordinal);
    private readonly Dictionary<long, int> _offers = [];
    private readonly HashSet<long> _receipts = [];
    private readonly DateTimeOffset _begin;
    private readonly Dictionary<string, DateTimeOffset> _written = new(StringComparer.Ordinal);
    private readonly Func<long> _number;
    private readonly Random _random;
    private readonly TimeProvider _time;
    private readonly SimulatedSouthSettings _settings;
    private readonly HistoryConfig _history;

    public FaultSource(string name, TimeProvider time, Random random, Func<long> number, Func<Life> life)
    {
        Name = name;
        (_time, _random, _number) = (time, random, number);
        _begin = time.GetUtcNow();
        South = new SimulatedSouth(time);
        Manifest = South.Manifest with
        {
            ConnectorType = typeof(WatchedSouth),
            Create = (context, settings) =>
            {
                var now = life();
                var inner = South.Manifest.Create(new WatchedContext(context, this, now), settings);
                return new WatchedSouth(inner, this, now);
            },
        };
        _settings = new SimulatedSouthSettings { PageReadings = random.Next(2, 30) };
        _history = new HistoryConfig
        {
            Start = _begin,
            MaxInterval = TimeSpan.FromMinutes(random.Next(5, 60)),
            Overlap = TimeSpan.FromMinutes(1),
            ReadDelay = TimeSpan.Zero,
            ClockTolerance = TimeSpan.Zero,
        };
        for (var kind = 0; kind < 5; kind++)
        {
            AddItem(kind);
        }
    }

    public string Name { get; }

    public SimulatedSouth South { get; }

    public SouthManifest Manifest { get; }

    /// <summary>Whether it is configured.</summary>
    public bool IsPresent { get; set; } = true;

    public bool HasVanished { get; private set; }

    public List<ItemConfig> Items { get; } = [];

    /// <summary>How each point is asked for, also of those that are no more.</summary>
    public Dictionary<string, SouthCapabilities> Kinds { get; } = new(StringComparer.Ordinal);

    /// <summary>What was said, by its number, with its point; what the gateway does not owe is left out.</summary>
    public Dictionary<long, string> Owed { get; } = [];

    /// <summary>Files that the gateway owes, with their folders.</summary>
    public Dictionary<string, string> OwedFiles { get; } = new(StringComparer.Ordinal);

    /// <summary>Files that were there.</summary>
    public HashSet<Datum> Files { get; } = [];

    public SouthConfig Config => new()
    {
        Name = Name,
        Manifest = Manifest,
        Settings = _settings,
        History = _history,
        Items = [.. Items],
    };

    /// <summary>Points with a past that the gateway owes.</summary>
    public IEnumerable<string> PointsWithPast =>
        PointsOf(SouthCapabilities.History).Concat(PointsOf(SouthCapabilities.Next));

    public void Note(IReadOnlyList<Item> items)
    {
        lock (_lock)
        {
            _subscribed.UnionWith(items.Select(static item => item.Name));
        }
    }

    public void NoteOffer(IEnumerable<long> numbers)
    {
        lock (_lock)
        {
            foreach (var number in numbers)
            {
                _offers[number] = _offers.GetValueOrDefault(number) + 1;
            }
        }
    }

    public void NoteReceipt(IEnumerable<long> numbers)
    {
        lock (_lock)
        {
            _receipts.UnionWith(numbers);
        }
    }

    public int OffersOf(long number)
    {
        lock (_lock)
        {
            return _offers.GetValueOrDefault(number);
        }
    }

    /// <summary>Says something for some of the points that are subscribed to, and for those that are asked.</summary>
    public void Say()
    {
        string[] heard;
        lock (_lock)
        {
            heard = [.. PointsOf(SouthCapabilities.Subscription).Where(_subscribed.Contains)];
        }

        for (var left = _random.Next(1, 40); left > 0 && heard.Length > 0; left--)
        {
            var (number, point) = (_number(), heard[_random.Next(heard.Length)]);
            South.Say(point, ReadingValue.From(number));
            Owed[number] = point;
        }

        foreach (var point in PointsOf(SouthCapabilities.LastPoint))
        {
            South.Say(point, ReadingValue.From(_number()));
        }
    }

    public void WriteFiles()
    {
        foreach (var folder in PointsOf(SouthCapabilities.File))
        {
            for (var left = _random.Next(3); left > 0; left--)
            {
                var bad = _random.Next(6) == 0 ? "-bad" : string.Empty;
                var name = string.Create(CultureInfo.InvariantCulture, $"{Name}-{_number()}{bad}");
                South.Files.Write($"{folder}/{name}", Encoding.UTF8.GetBytes(name));
                Files.Add(Datum.OfFile(name));
                OwedFiles.Add(name, folder);
            }
        }
    }

    /// <summary>Writes the past on, ahead of the clock.</summary>
    public void WritePast()
    {
        var until = _time.GetUtcNow() + Ahead;
        foreach (var point in PointsWithPast)
        {
            var at = _written.GetValueOrDefault(point, _begin);
            while (at < until)
            {
                at += TimeSpan.FromSeconds(_random.Next(10, 120));
                var late = _random.Next(5) == 0 ? MaxLate * _random.NextDouble() : TimeSpan.Zero;
                South.Archive.Add(new SimulatedSample(
                    new Reading(point, at, ReadingValue.From(_number())), at + late));
            }

            _written[point] = at;
        }
    }

    public void Vanish()
    {
        HasVanished = true;
        South.Vanish();
    }

    public void Return()
    {
        HasVanished = false;
        South.Return();
    }

    /// <summary>One item more. Its point's name tells its source, and whether it may be filtered.</summary>
    public void AddItem(int kind)
    {
        var drop = _random.Next(3) == 0 ? "x" : "k";
        var name = string.Create(CultureInfo.InvariantCulture, $"{Name}/{drop}{_number()}");
        var period = new PeriodSchedule(TimeSpan.FromSeconds(_random.Next(5, 60)));
        Items.Add(kind switch
        {
            0 => Make(name, SubscriptionSchedule.Instance, SouthCapabilities.Subscription),
            1 => Make(name, period, SouthCapabilities.LastPoint),
            2 => Make(name, period, SouthCapabilities.History),
            3 => Make(name, period, SouthCapabilities.File),
            _ => Make(name, period, SouthCapabilities.Next),
        });
        Kinds.Add(name, Items[^1].Capability);
        WritePast();
    }

    /// <summary>An item less: what was on its way is not owed any more, unless it has its receipt.</summary>
    public void RemoveItem(int index)
    {
        var item = Items[index];
        Items.RemoveAt(index);
        lock (_lock)
        {
            foreach (var (number, _) in Owed.Where(one => IsOf(item, one.Value) && !_receipts.Contains(one.Key)))
            {
                Owed.Remove(number);
            }
        }

        foreach (var (file, _) in OwedFiles.Where(one => IsOf(item, one.Value)))
        {
            OwedFiles.Remove(file);
        }
    }

    /// <summary>Asks for an item at another pace, in another group.</summary>
    public void AlterItem(int index)
    {
        if (Items[index].Capability != SouthCapabilities.Subscription)
        {
            Items[index] = Items[index] with
            {
                Schedule = new PeriodSchedule(TimeSpan.FromSeconds(_random.Next(5, 60))),
                Item = Items[index].Item with { Group = _random.Next(2) == 0 ? "g" : null },
            };
        }
    }

    private static bool IsOf(ItemConfig item, string point) =>
        string.Equals(item.Name, point, StringComparison.Ordinal);

    private IEnumerable<string> PointsOf(SouthCapabilities capability) =>
        Items.Where(item => item.Capability == capability).Select(static item => item.Name);

    private ItemConfig Make(string name, Schedule schedule, SouthCapabilities capability) => new()
    {
        Item = new Item(name, new SimulatedItemSettings
        {
            Point = name,
            Capability = capability,
            Files = new FileRules
            {
                Afterwards = (FileAfterwards)_random.Next(3),
                MinAge = TimeSpan.FromSeconds(_random.Next(2)),
            },
        }),
        Schedule = schedule,
        Capability = capability,
    };
}
