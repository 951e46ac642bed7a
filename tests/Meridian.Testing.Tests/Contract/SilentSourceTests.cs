using Meridian.Sdk;
using Meridian.Sdk.South;
using Meridian.Testing.Contract;
using Meridian.Testing.Peers;

namespace Meridian.Testing.Tests.Contract;

/// <summary>Each way of a South not to notice a source that hangs is found.</summary>
public sealed class SilentSourceTests
{
    private static readonly EchoBehaviour Sound = new(TimeSpan.FromSeconds(1));

    /// <summary>What is asked for, and what comes by itself.</summary>
    private interface IAsksAndSubscribes : IQueriesLastPoint, IQueriesSubscription;

    /// <summary>What is handed in, and what comes by itself.</summary>
    private interface ITakesAndSubscribes : ITakesIntake, IQueriesSubscription;

    [Theory]
    [InlineData(typeof(IQueriesLastPoint), "peer falls silent and answers again")]
    [InlineData(typeof(IQueriesLastPoint), "peer falls silent within query last point")]
    [InlineData(typeof(IWritesSetpoints), "peer falls silent within write setpoint")]
    public Task Source_AskedWithATimeLimit_Keeps(Type type, string check) => ContractOf(type, Sound).RunAsync(check);

    [Fact]
    public Task Setpoint_WrittenWithoutAnAnswer_IsFound() => BreaksAsync(
        typeof(IWritesSetpoints),
        "peer falls silent within write setpoint",
        "no success without an answer of the peer",
        Sound with { IsHopeful = true });

    [Fact]
    public Task Subscription_WhoseSilenceOnlyAQueryNotices_IsFound() => BreaksAsync(
        typeof(IAsksAndSubscribes), "peer falls silent and answers again", "nothing was reported", Sound);

    [Fact]
    public Task Push_AnsweredStoredBesideASubscription_IsFound() => BreaksAsync(
        typeof(ITakesAndSubscribes), "stored when on disk", "it was answered stored and is not on disk", Sound);

    private static async Task BreaksAsync(Type type, string check, string words, EchoBehaviour behaviour)
    {
        var broken = await Assert.ThrowsAsync<ContractViolationException>(
            () => ContractOf(type, behaviour).RunAsync(check));

        Assert.Contains(words, broken.Message, StringComparison.Ordinal);
    }

    private static ConnectorContract ContractOf(Type type, EchoBehaviour behaviour) =>
        ConnectorContract.Of(
            new SouthManifest
            {
                Id = "echo",
                Name = "Echo",
                Description = "Asks an echo before it answers.",
                Category = ConnectorCategory.Tool,
                ConnectorType = type,
                SettingsType = typeof(EchoSettings),
                ItemSettingsType = typeof(EchoSettings),
                Create = (context, settings) => new EchoSouth(context, ((EchoSettings)settings).Port, behaviour),
            },
            static () => Task.FromResult<ISouthPeer>(new EchoSource()),
            new ContractOptions { Deadline = TimeSpan.FromSeconds(4) });
}
