using Meridian.Connectors.Basic.Intake;
using Meridian.Sdk.South;
using Meridian.Testing.Contract;
using Meridian.Testing.Peers;

namespace Meridian.Connectors.Basic.Tests.Intake;

/// <summary>The intake South keeps the contract of the Sdk; who pushes is the suite.</summary>
public sealed class IntakeContractTests
{
    private static readonly ContractOptions AlwaysThere = new() { PeerCanBeAbsent = false, PeerCanVanish = false };

    public static TheoryData<string> Checks => [.. OfIntake().Checks.Select(static check => check.Name)];

    [Theory]
    [MemberData(nameof(Checks))]
    public Task Intake_OfPushes_Keeps(string check) => OfIntake().RunAsync(check);

    [Fact]
    public async Task Test_SaysWhatItWaitsFor()
    {
        await using var context = new Testing.Contexts.TestSouthContext();

        var facts = await new IntakeSouth(context, new IntakeSettings()).TestConnectionAsync(CancellationToken.None);

        Assert.Equal(new Sdk.Diagnostic("Waits for", "pushes"), Assert.Single(facts));
    }

    private static ConnectorContract OfIntake() => ConnectorContract.Of(
        IntakeManifest.Manifest, static () => Task.FromResult<ISouthPeer>(new NoPeer()), AlwaysThere);

    private sealed class NoPeer : ISouthPeer
    {
        public object Settings { get; } = new IntakeSettings();

        public IReadOnlyList<Item> ItemsOf(SouthCapabilities capability) => [];

        public ValueTask YieldAsync(Item item, long value) => ValueTask.CompletedTask;

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
