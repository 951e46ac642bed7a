using Meridian.Sdk;
using Meridian.Transforms;

namespace Meridian.Configuration;

/// <summary>One North: what it is, how it is set, from whom it takes and in what portions.</summary>
public sealed record NorthConfig
{
    internal static readonly TimeSpan DefaultStallAfter = TimeSpan.FromMinutes(5);

    /// <summary>
    /// The name, unique among the Norths without regard to case: 1 to 64 letters, digits, <c>-</c>, <c>_</c> or
    /// <c>.</c>, the first a letter or a digit. It is also the name of the North's cursor.
    /// </summary>
    public required string Name { get; init; }

    /// <summary>What kind of North it is.</summary>
    public required NorthManifest Manifest { get; init; }

    /// <summary>The word in the file's <c>type</c>: the manifest's id.</summary>
    public string Type => Manifest.Id;

    /// <summary>Whether it runs.</summary>
    /// <value>Default: true.</value>
    public bool Enabled { get; init; } = true;

    /// <summary>
    /// The names of the Souths it takes from, spelled as the Souths spell themselves, each once. Empty means all
    /// Souths, those of
    /// later snapshots included. Ask <see cref="TakesFrom"/>.
    /// </summary>
    /// <value>Default: empty, all Souths.</value>
    public IReadOnlyList<string> From { get; init; } = [];

    /// <summary>When it is handed readings, and in what portions.</summary>
    /// <value>Default: every default of <see cref="BatchConfig"/>.</value>
    public BatchConfig Batch { get; init; } = new();

    /// <summary>How far it may be behind, and what happens then.</summary>
    /// <value>Default: every default of <see cref="LagConfig"/>.</value>
    public LagConfig Lag { get; init; } = new();

    /// <summary>
    /// How long one delivery may take before the North counts as stalled; after as long again it is connected anew.
    /// </summary>
    /// <value>Default: 5 min.</value>
    public TimeSpan StallAfter { get; init; } = DefaultStallAfter;

    /// <summary>What becomes of readings on their way to it, in this order.</summary>
    /// <value>Default: none, readings go as they are.</value>
    public IReadOnlyList<TransformSettings> Transforms { get; init; } = [];

    /// <summary>Its settings, of the manifest's <see cref="ConnectorManifest.SettingsType"/>.</summary>
    public required object Settings { get; init; }

    /// <summary>Whether what this South reads goes to this North.</summary>
    /// <param name="south">The South's name.</param>
    /// <returns>True when <see cref="From"/> is empty or names it, without regard to case.</returns>
    public bool TakesFrom(string south) => From.Count == 0 || From.Contains(south, StringComparer.OrdinalIgnoreCase);
}
