using System.Globalization;
using Meridian.Connectors.Basic.Box;
using Meridian.Sdk.South;
using Meridian.Testing.Contract;
using Meridian.Testing.Peers;

namespace Meridian.Connectors.Basic.Tests.Box;

/// <summary>The box South keeps the contract of the Sdk.</summary>
public sealed class BoxContractTests
{
    private static readonly ContractOptions AlwaysThere = new() { PeerCanBeAbsent = false, PeerCanVanish = false };

    public static TheoryData<string> Checks => [.. OfBox().Checks.Select(static check => check.Name)];

    [Theory]
    [MemberData(nameof(Checks))]
    public Task Box_OnABoxThatIsKnown_Keeps(string check) => OfBox().RunAsync(check);

    private static ConnectorContract OfBox()
    {
        var box = new FakeBox();
        return ConnectorContract.Of(
            BoxManifest.Create(box), () => Task.FromResult<ISouthPeer>(new BoxPeer(box)), AlwaysThere);
    }

    private sealed class BoxPeer(FakeBox box) : ISouthPeer
    {
        private static readonly Item[] Items = [new("uptime", new BoxItemSettings { Metric = BoxMetric.Uptime })];

        public object Settings { get; } = new BoxSettings();

        public IReadOnlyList<Item> ItemsOf(SouthCapabilities capability) => Items;

        public ValueTask YieldAsync(Item item, long value)
        {
            box.Uptime = value.ToString(CultureInfo.InvariantCulture);
            return ValueTask.CompletedTask;
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
