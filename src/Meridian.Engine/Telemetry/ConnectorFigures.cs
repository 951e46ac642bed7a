using System.Diagnostics.Metrics;
using Meridian.Engine.Supervision;

namespace Meridian.Engine.Telemetry;

/// <summary>What a South and a North have in common for a listener.</summary>
/// <param name="Tag">Who it is.</param>
/// <param name="Status">How it fares.</param>
/// <param name="Silences">How often it fell silent.</param>
/// <param name="Reconnected">How often it was connected anew for that.</param>
internal sealed record ConnectorFigures(
    KeyValuePair<string, object?> Tag, ConnectorStatus Status, long Silences, long Reconnected)
{
    private static readonly (ConnectorState State, string Word)[] Words =
        [.. Enum.GetValues<ConnectorState>().Select(static one => (one, one.ToString().ToLowerInvariant()))];

    /// <summary>All connectors.</summary>
    public static IEnumerable<ConnectorFigures> Of(EngineStatus status) =>
    [
        .. status.Souths.Select(static south => new ConnectorFigures(
            new("south", south.Connector.Name),
            south.Connector,
            south.Counters.Silences,
            south.Counters.Reconnected)),
        .. status.Norths.Select(static north => new ConnectorFigures(
            new("north", north.Connector.Name),
            north.Connector,
            north.Counters.Stalls,
            north.Counters.Reconnected)),
    ];

    /// <summary>One measurement for each state.</summary>
    public IEnumerable<Measurement<int>> States() =>
        Words.Select(one => new Measurement<int>(one.State == Status.State ? 1 : 0, Tag, new("state", one.Word)));
}
