using Meridian.Sdk;
using Meridian.Sdk.Faults;
using Meridian.Sdk.North;
using Meridian.Testing.Contract;
using Meridian.Testing.Peers;

namespace Meridian.Testing.Tests.Contract;

/// <summary>A peer that hangs is noticed by a connector with limits, and each way not to notice it is found.</summary>
public sealed class SilentPeerTests
{
    private static readonly ContractOptions Impatient = new()
    {
        Deadline = TimeSpan.FromSeconds(4),
        CancelWithin = TimeSpan.FromMilliseconds(300),
    };

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(1);

    [Theory]
    [InlineData("peer falls silent and answers again")]
    [InlineData("peer falls silent within connect")]
    [InlineData("peer falls silent within handle values")]
    [InlineData("peer falls silent within test connection")]
    public Task Connector_WithATimeLimit_Keeps(string check) =>
        ContractOf(new EchoBehaviour(Limit), Impatient with { Deadline = TimeSpan.FromSeconds(10) }).RunAsync(check);

    [Fact]
    public Task Delivery_WithoutATimeLimit_IsFound() => BreaksAsync(
        "peer falls silent within handle values",
        "the call ends within 4 s",
        new EchoBehaviour(Timeout.InfiniteTimeSpan));

    [Fact]
    public Task Connection_WhoseSilenceNobodyNotices_IsFound() => BreaksAsync(
        "peer falls silent and answers again",
        "the call ends within 4 s",
        new EchoBehaviour(Timeout.InfiniteTimeSpan));

    [Fact]
    public Task Delivery_ThatCountsWithoutAnAnswer_IsFound() => BreaksAsync(
        "peer falls silent within handle values",
        "no success without an answer of the peer",
        new EchoBehaviour(Limit) { IsHopeful = true });

    [Fact]
    public Task Test_ThatOnlyConnects_IsFound() => BreaksAsync(
        "peer falls silent within test connection",
        "no success without an answer of the peer",
        new EchoBehaviour(Limit) { TestsByConnectingOnly = true });

    [Fact]
    public Task Silence_ThatCountsAsFinal_IsFound() => BreaksAsync(
        "peer falls silent within handle values",
        "a transient fault: the peer may answer again",
        new EchoBehaviour(Limit) { FaultOfSilence = Fault.Misconfigured });

    [Fact]
    public Task Delivery_ThatAsksOnlyWhileItIsCounted_IsFound()
    {
        // The first two lives deliver twice each; from then on each second delivery asks the echo.
        var count = 0;
        return BreaksAsync(
            "peer falls silent within handle values",
            "never came so far",
            new EchoBehaviour(Limit) { IsShyNow = () => ++count > 4 && count % 2 == 1 });
    }

    private static async Task BreaksAsync(string check, string words, EchoBehaviour behaviour)
    {
        var broken = await Assert.ThrowsAsync<ContractViolationException>(
            () => ContractOf(behaviour, Impatient).RunAsync(check));

        Assert.Contains(words, broken.Message, StringComparison.Ordinal);
    }

    private static ConnectorContract ContractOf(EchoBehaviour behaviour, ContractOptions options) =>
        ConnectorContract.Of(
            new NorthManifest
            {
                Id = "echo",
                Name = "Echo",
                Description = "Sends a byte for each reading and waits for its echo.",
                Category = ConnectorCategory.Tool,
                ConnectorType = typeof(EchoNorth),
                SettingsType = typeof(EchoSettings),
                Guarantee = DeliveryGuarantee.AtLeastOnce,
                Create = (_, settings) => new EchoNorth(((EchoSettings)settings).Port, behaviour),
            },
            static () => Task.FromResult<INorthPeer>(new EchoPeer()),
            options);
}
