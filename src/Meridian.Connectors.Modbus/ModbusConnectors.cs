using Meridian.Connectors.Modbus.South;
using Meridian.Sdk;

namespace Meridian.Connectors.Modbus;

/// <summary>The connectors of this project.</summary>
public static class ModbusConnectors
{
    /// <summary>One manifest per connector; immutable, for any thread.</summary>
    public static IReadOnlyList<ConnectorManifest> Manifests { get; } =
    [
        new SouthManifest
        {
            Id = "modbus",
            Name = "Modbus",
            Description = "Reads coils and registers over Modbus TCP, or RTU over TCP, and writes setpoints to them.",
            Category = ConnectorCategory.Machine,
            ConnectorType = typeof(ModbusSouth),
            SettingsType = typeof(ModbusSouthSettings),
            ItemSettingsType = typeof(ModbusItemSettings),
            Create = (context, settings) => new ModbusSouth(context, (ModbusSouthSettings)settings),
            SetpointProblem = settings => ModbusCheck.FindOfSetpoint((ModbusItemSettings)settings),
            Check = (settings, items) => ModbusCheck.Find((ModbusSouthSettings)settings, items),
        },
    ];
}
