using System.Diagnostics.CodeAnalysis;
using Meridian.Connectors.Modbus.South;
using Meridian.Fixtures;
using Meridian.Sdk;
using Meridian.Sdk.South;
using Meridian.Testing.Contract;
using Meridian.Testing.Peers;

namespace Meridian.Connectors.Modbus.Tests.Contract;

/// <summary>The Modbus South keeps the contract of the Sdk, on a real server.</summary>
public sealed class ContractTests
{
    [SuppressMessage("Usage", "VSTHRD011:Use AsyncLazy<T>", Justification = "Test processes have no main thread.")]
    private static readonly Lazy<Task<ModbusSerialServer>> Shared = new(static () => ModbusSerialServer.StartAsync());

    public static TheoryData<string> Checks => [.. Of().Checks.Select(static check => check.Name)];

    [Theory]
    [MemberData(nameof(Checks))]
    public Task South_OnARealServer_Keeps(string check) => Of().RunAsync(check);

    private static ConnectorContract Of() => ConnectorContract.Of(
        (SouthManifest)ModbusConnectors.Manifests[0],
        [SuppressMessage("Usage", "VSTHRD011:Use AsyncLazy<T>", Justification = "As above.")]
    static async () => new DevicePeer(await Shared.Value));

    private sealed class DevicePeer(ModbusSerialServer server) : ISouthPeer
    {
        public TcpRelay Relay { get; } = TcpRelay.Start("127.0.0.1", server.Port);

        public object Settings => new ModbusSouthSettings
        {
            Host = "127.0.0.1",
            Port = Relay.Port,
            ConnectTimeout = TimeSpan.FromSeconds(1),
            ResponseTimeout = TimeSpan.FromMilliseconds(500),
        };

        // What is written has a register of its own: a device may carry out a write whose call was cancelled, later
        // than the value that is looked for was set.
        public IReadOnlyList<Item> ItemsOf(SouthCapabilities capability) => capability == SouthCapabilities.Setpoints
            ? [ItemOf("setpoint", 20)]
            : [ItemOf("speed", 10), ItemOf("level", 700)];

        public async ValueTask YieldAsync(Item item, long value) => await server.SetAsync(
            "hr", 1, ((ModbusItemSettings)item.Settings).Address, checked((ushort)value));

        public ValueTask DisposeAsync() => Relay.DisposeAsync();

        private static Item ItemOf(string name, int address) =>
            new(name, new ModbusItemSettings { Kind = ModbusKind.HoldingRegister, Address = address });
    }
}
