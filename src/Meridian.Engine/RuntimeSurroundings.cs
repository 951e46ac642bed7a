using Meridian.Engine.Schedules;
using Meridian.Engine.Telemetry;
using Meridian.Journal;
using Meridian.Sdk.South;

namespace Meridian.Engine;

/// <summary>What all runtimes of one engine have in common.</summary>
/// <param name="Journal">The journal between them.</param>
/// <param name="DataFolder">The gateway's folder.</param>
/// <param name="Services">Loggers, clock, chance.</param>
internal sealed record RuntimeSurroundings(JournalLog Journal, string DataFolder, EngineServices Services)
{
    /// <summary>The timers of the schedules.</summary>
    public ScheduleTimers Timers { get; } = new(Services.Time);

    /// <summary>Where setpoints go; set by who has the Souths.</summary>
    public ISetpointSink? Setpoints { get; set; }

    /// <summary>The engine's instruments.</summary>
    public EngineTelemetry Telemetry { get; } = new();

    /// <summary>Where quarantined data lie.</summary>
    public string QuarantineFolder => Path.Combine(DataFolder, "quarantine");

    /// <summary>A connector's own folder, by a name that is one on every file system.</summary>
    /// <param name="side">"south" or "north".</param>
    /// <param name="name">The connector's name.</param>
    public string FolderOf(string side, string name) =>
        Path.Combine(DataFolder, "connectors", side, name.ToLowerInvariant());
}
