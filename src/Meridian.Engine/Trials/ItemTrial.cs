using Meridian.Sdk.Readings;
using Meridian.Sdk.South;

namespace Meridian.Engine.Trials;

/// <summary>What an item would yield.</summary>
/// <param name="Readings">The readings, at most as many as were asked for.</param>
/// <param name="Files">
/// The files that lie there; none was opened, but the first where files become readings. Of what comes next the first
/// file; where it does not say its length, at most the first MiB of it was read and counted.
/// </param>
/// <param name="Problem">What the connector says is wrong with the item; null when it is well.</param>
/// <param name="ConnectTime">How long it took to connect.</param>
/// <param name="QueryTime">How long the query took; for a subscription, until the first readings came.</param>
public sealed record ItemTrial(
    IReadOnlyList<Reading> Readings,
    IReadOnlyList<SourceFile> Files,
    string? Problem,
    TimeSpan ConnectTime,
    TimeSpan QueryTime);
