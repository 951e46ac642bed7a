using Meridian.Sdk.North;
using Meridian.Testing.Contract;
using Meridian.Testing.Peers;
using Meridian.Testing.Simulation;

namespace Meridian.Testing.Tests.Contract;

/// <summary>The simulated connectors keep the contract.</summary>
public sealed class SimulatedConnectorsTests
{
    public static TheoryData<string> SouthChecks => [.. South().Checks.Select(static check => check.Name)];

    public static TheoryData<DeliveryGuarantee, string> NorthChecks
    {
        get
        {
            var data = new TheoryData<DeliveryGuarantee, string>();
            foreach (var guarantee in new[] { DeliveryGuarantee.AtLeastOnce, DeliveryGuarantee.ExactlyOnce })
            {
                foreach (var check in North(guarantee).Checks)
                {
                    data.Add(guarantee, check.Name);
                }
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(SouthChecks))]
    public Task South_OfTheSimulation_Keeps(string check) => South().RunAsync(check);

    [Theory]
    [MemberData(nameof(NorthChecks))]
    public Task North_OfTheSimulation_Keeps(DeliveryGuarantee guarantee, string check) =>
        North(guarantee).RunAsync(check);

    private static ConnectorContract South()
    {
        var source = new SimulatedSouth();
        return ConnectorContract.Of(
            source.Manifest, () => Task.FromResult<ISouthPeer>(new SimulatedSourcePeer(source)));
    }

    private static ConnectorContract North(DeliveryGuarantee guarantee)
    {
        var destination = new SimulatedNorth(guarantee);
        return ConnectorContract.Of(
            destination.Manifest, () => Task.FromResult<INorthPeer>(new SimulatedDestinationPeer(destination)));
    }
}
