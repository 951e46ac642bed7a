using Meridian.Configuration;
using Meridian.Sdk;
using Meridian.Sdk.North;
using Meridian.Sdk.Readings;
using Meridian.Testing.Simulation;
using Meridian.Transforms;
using Meridian.Transforms.Selecting;
using Meridian.Transforms.Thinning;

namespace Meridian.Engine.Tests.Faults;

/// <summary>
/// A destination with moods. It refuses some data for good, always the same; never those that a transform may take out.
/// </summary>
internal sealed class FaultDestination : IDisposable
{
    private static readonly int Moods = Enum.GetValues<Mood>().Length;

    private readonly Lock _lock = new();
    private readonly Random _random;
    private double _badness;

    public FaultDestination(string name, Random random, bool keepsCursor, IReadOnlyList<string> from)
    {
        (Name, _random, KeepsCursor, From) = (name, new Random(random.Next()), keepsCursor, from);
        North = new SimulatedNorth(keepsCursor ? DeliveryGuarantee.ExactlyOnce : DeliveryGuarantee.AtLeastOnce)
        {
            Refuses = static reading => Refuses(reading) ? "It is poison." : null,
        };
        Manifest = North.Manifest with
        {
            ConnectorType = keepsCursor ? typeof(OwnCursorFaultNorth) : typeof(FaultNorth),
            Create = (context, settings) =>
            {
                var inner = North.Manifest.Create(context, settings);
                return keepsCursor
                    ? new OwnCursorFaultNorth(inner, this, context)
                    : new FaultNorth(inner, this, context);
            },
        };
        MaxReadings = random.Next(1, 60);
    }

    public string Name { get; }

    public bool KeepsCursor { get; }

    public IReadOnlyList<string> From { get; }

    public SimulatedNorth North { get; }

    public NorthManifest Manifest { get; }

    /// <summary>One transaction at a time.</summary>
    public SemaphoreSlim Turn { get; } = new(1);

    public bool IsEnabled { get; set; } = true;

    public bool HasVanished { get; private set; }

    public int MaxReadings { get; set; }

    public IReadOnlyList<TransformSettings> Transforms { get; private set; } = [];

    /// <summary>Whether it ever had transforms.</summary>
    public bool HasTransformed { get; private set; }

    public NorthConfig Config => new()
    {
        Name = Name,
        Manifest = Manifest,
        Settings = new SimulatedNorthSettings(),
        Enabled = IsEnabled,
        From = From,
        Batch = new BatchConfig { MaxReadings = MaxReadings },
        Transforms = Transforms,
    };

    /// <summary>Whether a transform may take a reading out, by its point.</summary>
    public static bool MayBeFiltered(string point) => point.Contains("/x", StringComparison.Ordinal);

    public static bool Refuses(in Reading reading) => !MayBeFiltered(reading.Point)
        && reading.Value.Kind == ReadingValueKind.Int64 && reading.Value.AsInt64() % 13 == 5;

    public static bool RefusesFile(string name) => name.EndsWith("-bad", StringComparison.Ordinal);

    /// <summary>The files that it has, repeats included.</summary>
    public IEnumerable<Datum> Files => North.Files.Select(static file => Datum.OfFile(file.Name));

    public bool TakesFrom(string south) => From.Count == 0 || From.Contains(south, StringComparer.Ordinal);

    /// <summary>Its own transforms, others, or none.</summary>
    public void Transform(int choice)
    {
        var when = new SelectionSettings { Points = ["*/x*"] };
        Transforms = choice switch
        {
            0 => [],
            1 => [new() { Filter = new FilterSettings { Points = ["*/x*"], Action = FilterAction.Drop } }],
            _ => [new() { Deadband = new DeadbandSettings { Absolute = 20 }, When = when }],
        };
        HasTransformed |= choice != 0;
    }

    public void Vanish()
    {
        HasVanished = true;
        North.Vanish();
    }

    public void Return()
    {
        HasVanished = false;
        North.Return();
    }

    /// <summary>From now on so much of what it is asked goes wrong.</summary>
    public void TurnBad(double badness)
    {
        lock (_lock)
        {
            _badness = badness;
        }
    }

    public Mood NextMood()
    {
        lock (_lock)
        {
            return _random.NextDouble() < _badness ? (Mood)_random.Next(Moods) : Mood.Fine;
        }
    }

    public void Dispose() => Turn.Dispose();
}
