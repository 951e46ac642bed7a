using Meridian.Sdk.North;
using Meridian.Sdk.South;

namespace Meridian.Configuration;

/// <summary>What is allowed in a configuration and hardly what its author means. A gateway runs with it all the same.
/// </summary>
public static class ConfigurationAdvice
{
    /// <summary>Looks for Souths whose readings or files go nowhere.</summary>
    /// <param name="config">A valid configuration.</param>
    /// <returns>What was found and the way out, one text each; empty when there is nothing to say.</returns>
    public static IReadOnlyList<string> Of(MeridianConfig config)
    {
        ArgumentNullException.ThrowIfNull(config);
        return
        [
            .. config.Souths
                .Where(static south => south.Enabled && south.Items.Any(static item => item.Enabled))
                .SelectMany(south => Of(south, [.. config.Norths.Where(north => north.TakesFrom(south.Name))])),
        ];
    }

    private static IEnumerable<string> Of(SouthConfig south, NorthConfig[] norths) =>
        norths.Length == 0
            ?
            [
                $"South '{south.Name}': no North takes its data, so they are let go once they are on disk. "
                + "Add a North, or name the South in the 'from' of one.",
            ]
            : [.. Untaken(south, norths, isFile: true), .. Untaken(south, norths, isFile: false)];

    private static IEnumerable<string> Untaken(SouthConfig south, NorthConfig[] norths, bool isFile)
    {
        var names = string.Join(", ", norths.Select(static north => $"'{north.Name}'"));
        var item = south.Items.FirstOrDefault(item => item.Enabled && GivesFiles(south, item) == isFile);
        var needed = isFile ? NorthCapabilities.File : NorthCapabilities.Values;
        if (item is not null && !norths.Any(north => north.Manifest.Capabilities.HasFlag(needed)))
        {
            var what = isFile ? "files" : "readings";
            yield return $"South '{south.Name}': item '{item.Name}' gives {what}, and no North that takes from it "
                + $"takes {what} ({names}), so they are let go once they are on disk. Add a North that does.";
        }
    }

    private static bool GivesFiles(SouthConfig south, ItemConfig item) =>
        south.Manifest.GivesFiles?.Invoke(item.Item.Settings) ?? (item.Capability == SouthCapabilities.File);
}
