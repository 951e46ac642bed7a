using System.Collections.Concurrent;
using Meridian.Sdk;
using Meridian.Sdk.Readings;

namespace Meridian.Testing.Simulation;

/// <summary>
/// A source that a test drives in code, with its connector: <see cref="Manifest"/> has all five ways to be asked and
/// takes setpoints. It outlives the connectors that connect to it. Any thread may call any member.
/// </summary>
/// <example>
/// <code>
/// var source = new SimulatedSouth(clock);
/// source.Script.Next(SimulatedCall.Connect, SimulatedDeed.Fail(Fault.Unreachable, "Nobody is home."));
/// // … run a gateway with source.Manifest …
/// source.Say("line1/temperature", ReadingValue.From(21.5));
/// source.Vanish();
/// </code>
/// </example>
public sealed class SimulatedSouth
{
    private readonly ConcurrentDictionary<string, Reading> _latest = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, ReadingValue> _setpoints = new(StringComparer.Ordinal);

    /// <summary>Makes a source.</summary>
    /// <param name="time">The source's own clock, which is always right; null for the system's.</param>
    public SimulatedSouth(TimeProvider? time = null)
    {
        Time = time ?? TimeProvider.System;
        Files = new SimulatedFiles(Time);
        Manifest = new SouthManifest
        {
            Id = "simulated",
            Name = "Simulated",
            Description = "A source that a test drives.",
            Category = ConnectorCategory.Tool,
            ConnectorType = typeof(SimulatedSouthConnector),
            SettingsType = typeof(SimulatedSouthSettings),
            ItemSettingsType = typeof(SimulatedItemSettings),
            CapabilityOf = static settings => ((SimulatedItemSettings)settings).Capability,
            MaxParallelQueries = 4,
            Create = (context, settings) =>
                new SimulatedSouthConnector(this, context, (SimulatedSouthSettings)settings),
        };
    }

    /// <summary>The connector; its settings are <see cref="SimulatedSouthSettings"/>, its items'
    /// <see cref="SimulatedItemSettings"/>.</summary>
    public SouthManifest Manifest { get; }

    /// <summary>What the next calls meet.</summary>
    public SimulatedScript Script { get; } = new();

    /// <summary>The past.</summary>
    public SimulatedArchive Archive { get; } = new();

    /// <summary>The files.</summary>
    public SimulatedFiles Files { get; }

    /// <summary>How many connections there are.</summary>
    public int ConnectionCount => Peer.LinkCount;

    /// <summary>The last setpoint of each point.</summary>
    public IReadOnlyDictionary<string, ReadingValue> Setpoints => _setpoints;

    internal TimeProvider Time { get; }

    internal SimulatedPeer Peer { get; } = new("source");

    internal SimulatedFeed Feed { get; } = new();

    /// <summary>
    /// A point has a value as of now: it is the value of now, goes into the archive, and reaches whoever subscribed. It
    /// is given again until it is on disk.
    /// </summary>
    /// <param name="point">The point.</param>
    /// <param name="value">The value.</param>
    /// <param name="quality">Its quality.</param>
    public void Say(string point, ReadingValue value, Quality quality = default)
    {
        var now = Time.GetUtcNow();
        var reading = new Reading(point, now, value, quality);
        _latest[point] = reading;
        Archive.Add(new SimulatedSample(reading, now));
        Feed.Say(reading);
    }

    /// <summary>It is gone without a word, and with it every connection.</summary>
    public void Vanish() => Peer.Vanish();

    /// <summary>It is there again.</summary>
    public void Return() => Peer.Return();

    internal Reading LatestOf(string point) => _latest.TryGetValue(point, out var reading)
        ? reading
        : new Reading(point, Time.GetUtcNow(), ReadingValue.Null, Quality.Bad);

    internal void Set(string point, ReadingValue value) => _setpoints[point] = value;
}
