using System.Globalization;
using Meridian.Sdk;
using Meridian.Sdk.Settings;
using Meridian.Sdk.South;

namespace Meridian.Connectors.Basic.Box;

/// <summary>What the box South is.</summary>
internal static class BoxManifest
{
    /// <param name="box">The box; null for the one that the gateway runs on.</param>
    public static SouthManifest Create(IBox? box = null) => new()
    {
        Id = "box",
        Name = "This box",
        Description = "Measures the machine that the gateway runs on: processor, memory, disks, network, services.",
        Category = ConnectorCategory.Machine,
        ConnectorType = typeof(BoxSouth),
        SettingsType = typeof(BoxSettings),
        ItemSettingsType = typeof(BoxItemSettings),
        Create = (context, _) => new BoxSouth(context, box ?? new ThisBox()),
        Check = static (_, items) => Check(items),
    };

    private static IEnumerable<SettingsProblem> Check(IReadOnlyList<Item> items)
    {
        for (var i = 0; i < items.Count; i++)
        {
            if (items[i].Settings is BoxItemSettings { Metric: BoxMetric.ServiceState, Of: null or "" })
            {
                yield return new SettingsProblem(
                    string.Create(CultureInfo.InvariantCulture, $"items[{i}].of"),
                    "Which service is not said; set 'of' to its name, such as \"ssh\".");
            }
        }
    }
}
