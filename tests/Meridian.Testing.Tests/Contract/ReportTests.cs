using Meridian.Sdk.Settings;
using Meridian.Testing.Contract;
using Meridian.Testing.Peers;
using Meridian.Testing.Simulation;

namespace Meridian.Testing.Tests.Contract;

public sealed class ReportTests
{
    [Fact]
    public async Task RunAll_OfASoundNorth_SaysThatEveryCheckIsKept()
    {
        var destination = new SimulatedNorth();
        var contract = ConnectorContract.Of(
            destination.Manifest,
            () => Task.FromResult<INorthPeer>(new SimulatedDestinationPeer(destination)),
            new ContractOptions { CancelPoints = 1, LifeCount = 2 });

        var report = await contract.RunAllAsync();

        Assert.True(report.IsKept, report.ToString());
        Assert.Equal(contract.Checks.Count, report.Findings.Count);
        Assert.EndsWith(
            $"Simulated: {contract.Checks.Count} of {contract.Checks.Count} checks kept, 0 broken.",
            report.ToString(),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task RunAll_WithADriverThatFails_GoesOnAndTellsEveryFailure()
    {
        var contract = ConnectorContract.Of(
            new SimulatedNorth().Manifest,
            () => throw new InvalidOperationException("The peer does not start."),
            new ContractOptions { PeerCanBeAbsent = false, PeerCanVanish = false });

        var report = await contract.RunAllAsync();

        Assert.False(report.IsKept);
        Assert.All(report.Findings, static finding => Assert.IsType<InvalidOperationException>(finding.Failure));
        Assert.Contains("BROKEN data flow", report.ToString(), StringComparison.Ordinal);
        Assert.Contains("The peer does not start.", report.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Checks_OfAPeerThatCannotVanish_LeaveThoseOut()
    {
        var manifest = new SimulatedNorth().Manifest;
        var all = ConnectorContract.Of(manifest, NoPeerAsync);
        var some = ConnectorContract.Of(
            manifest, NoPeerAsync, new ContractOptions { PeerCanBeAbsent = false, PeerCanVanish = false });

        Assert.Contains(all.Checks, static check => check.Name is "peer absent");
        Assert.DoesNotContain(some.Checks, static check => check.Name.StartsWith("peer", StringComparison.Ordinal));
        Assert.Equal(
            all.Checks.Count,
            all.Checks.Select(static check => check.Name).Distinct(StringComparer.Ordinal).Count());
        Assert.All(all.Checks, static check => Assert.EndsWith(".", check.Meaning, StringComparison.Ordinal));
    }

    [Fact]
    public async Task RunAsync_OfACheckThatThereIsNot_NamesThoseThereAre()
    {
        var contract = ConnectorContract.Of(new SimulatedNorth().Manifest, NoPeerAsync);

        var wrong = await Assert.ThrowsAsync<ArgumentException>(() => contract.RunAsync("peer away"));

        Assert.Contains("'peer away' is no check of Simulated; there are: data flow", wrong.Message);
    }

    [Fact]
    public void Secrets_InNestedSettings_AreFoundInAText()
    {
        var guard = new Guard(SecretsOf.Settings(new Outer { Inner = [new Inner { Token = new Secret("s3cr3t") }] }));

        var told = Assert.Throws<ContractViolationException>(() => guard.CheckSecrets("a text", "with s3cr3t in it"));

        Assert.Equal("Secret", told.Member);
        Assert.DoesNotContain("s3cr3t", told.Message, StringComparison.Ordinal);
        guard.CheckSecrets("a text", "without it");
    }

    private static Task<INorthPeer> NoPeerAsync() => throw new InvalidOperationException("None is needed.");

    private sealed record Outer
    {
        public IReadOnlyList<Inner> Inner { get; init; } = [];
    }

    private sealed record Inner
    {
        public Secret? Token { get; init; }
    }
}
