using Meridian.Sdk;
using Meridian.Sdk.North;

namespace Meridian.Connectors.Basic.Console;

/// <summary>What the console North is.</summary>
public static class ConsoleNorthManifest
{
    /// <summary>Makes the manifest.</summary>
    /// <param name="output">Where the lines go; null for the process's standard output. Not disposed.</param>
    public static NorthManifest Create(TextWriter? output = null) => new()
    {
        Id = "console",
        Name = "Console",
        Description = "Shows a line per reading on the terminal.",
        Category = ConnectorCategory.Tool,
        ConnectorType = typeof(ConsoleNorth),
        SettingsType = typeof(ConsoleNorthSettings),
        Guarantee = DeliveryGuarantee.None,
        Create = (context, settings) =>
            new ConsoleNorth(context, (ConsoleNorthSettings)settings, output ?? System.Console.Out),
    };
}
