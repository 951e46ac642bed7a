using Meridian.Sdk;

namespace Meridian.Configuration;

/// <summary>One South: what it is, how it is set, what it reads.</summary>
public sealed record SouthConfig
{
    /// <summary>
    /// The name, unique among the Souths without regard to case: 1 to 64 letters, digits, <c>-</c>, <c>_</c> or
    /// <c>.</c>, the first a letter or a digit. Fit for a file name.
    /// </summary>
    public required string Name { get; init; }

    /// <summary>What kind of South it is.</summary>
    public required SouthManifest Manifest { get; init; }

    /// <summary>The word in the file's <c>type</c>: the manifest's id.</summary>
    public string Type => Manifest.Id;

    /// <summary>Whether it runs.</summary>
    /// <value>Default: true.</value>
    public bool Enabled { get; init; } = true;

    /// <summary>Its settings, of the manifest's <see cref="ConnectorManifest.SettingsType"/>.</summary>
    public required object Settings { get; init; }

    /// <summary>How the past is asked for, where its type can.</summary>
    /// <value>Default: every default of <see cref="HistoryConfig"/>.</value>
    public HistoryConfig History { get; init; } = new();

    /// <summary>
    /// Its items in the order of the file; names are unique within the South. Their settings are of the manifest's
    /// <see cref="SouthManifest.ItemSettingsType"/>.
    /// </summary>
    /// <value>Default: none.</value>
    public IReadOnlyList<ItemConfig> Items { get; init; } = [];
}
