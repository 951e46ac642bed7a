using Meridian.Sdk;
using Meridian.Sdk.Intakes;
using Meridian.Sdk.South;
using Meridian.Testing.Contract;
using Meridian.Testing.Peers;

namespace Meridian.Testing.Tests.Contract;

/// <summary>Each way to break the contract of a South that takes pushes is found.</summary>
public sealed class BrokenIntakeTests
{
    private static readonly TimeSpan Quick = TimeSpan.FromMilliseconds(50);

    [Fact]
    public Task Push_AnsweredStoredAndNotOnDisk_IsFound() => BreaksAsync(
        "data flow",
        "it was answered stored and is not on disk",
        static (_, _, _) => AnswerAsync(IntakeOutcome.Stored));

    [Fact]
    public Task Push_Refused_IsFound() => BreaksAsync(
        "data flow",
        "it was answered: I am full.",
        static (_, _, _) => AnswerAsync(IntakeOutcome.Refused("I am full.")));

    [Fact]
    public Task Push_AnsweredStoredWhenItWasOffered_IsFound() => BreaksAsync(
        "stored when on disk",
        "it was answered stored and is not on disk",
        static async (context, content, cancellationToken) =>
        {
            // A quick disk may have it by now.
            var receipt = new AwaitedReceipt();
            await context.Intakes.OfferAsync(new Intake(content) { Receipt = receipt }, cancellationToken);
            await Task.WhenAny(receipt.Stored, Task.Delay(Quick, TimeProvider.System, CancellationToken.None));
            return IntakeOutcome.Stored;
        });

    [Fact]
    public Task Push_AnsweredWhileTheDiskIsBusy_IsFound() => BreaksAsync(
        "stored when on disk",
        "it was answered: The disk is slow.",
        static async (context, content, cancellationToken) =>
        {
            var receipt = new AwaitedReceipt();
            await context.Intakes.OfferAsync(new Intake(content) { Receipt = receipt }, cancellationToken);
            await Task.WhenAny(receipt.Stored, Task.Delay(Quick, TimeProvider.System, CancellationToken.None));
            return receipt.Stored.IsCompleted
                ? IntakeOutcome.Stored
                : IntakeOutcome.Busy(TimeSpan.FromSeconds(1), "The disk is slow.");
        });

    [Fact]
    public Task Push_AnsweredWhenItIsOnDisk_Keeps() => ContractOf(
        static async (context, content, cancellationToken) =>
        {
            var receipt = new AwaitedReceipt();
            await context.Intakes.OfferAsync(new Intake(content) { Receipt = receipt }, cancellationToken);
            await receipt.Stored;
            return IntakeOutcome.Stored;
        }).RunAsync("stored when on disk");

    [Fact]
    public Task Push_CancelledAndOnDiskAllTheSame_IsFound() => BreaksAsync(
        "cancel take intake everywhere",
        "nothing of a cancelled call on disk",
        static async (context, content, cancellationToken) =>
        {
            var receipt = new AwaitedReceipt();
            await context.Intakes.OfferAsync(new Intake(content) { Receipt = receipt }, CancellationToken.None);
            await receipt.Stored;
            cancellationToken.ThrowIfCancellationRequested();
            return IntakeOutcome.Stored;
        });

    private static ValueTask<IntakeOutcome> AnswerAsync(IntakeOutcome outcome) => ValueTask.FromResult(outcome);

    private static async Task BreaksAsync(
        string check, string words, Func<ISouthContext, Content, CancellationToken, ValueTask<IntakeOutcome>> take)
    {
        var broken = await Assert.ThrowsAsync<ContractViolationException>(() => ContractOf(take).RunAsync(check));

        Assert.Equal("ITakesIntake.TakeAsync", broken.Member);
        Assert.Contains(words, broken.Message, StringComparison.Ordinal);
    }

    private static ConnectorContract ContractOf(
        Func<ISouthContext, Content, CancellationToken, ValueTask<IntakeOutcome>> take) =>
        ConnectorContract.Of(
            new SouthManifest
            {
                Id = "broken",
                Name = "Broken",
                Description = "Takes pushes as a test says.",
                Category = ConnectorCategory.Tool,
                ConnectorType = typeof(BrokenIntake),
                SettingsType = typeof(NoSettings),
                ItemSettingsType = typeof(NoSettings),
                Create = (context, _) => new BrokenIntake(context, take),
            },
            static () => Task.FromResult<ISouthPeer>(new NoPeer()),
            new ContractOptions { PeerCanBeAbsent = false, PeerCanVanish = false });

    private sealed record NoSettings;

    private sealed class AwaitedReceipt : IReceipt
    {
        private readonly TaskCompletionSource _stored = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Stored => _stored.Task;

        void IReceipt.Stored() => _stored.SetResult();
    }

    private sealed class BrokenIntake(
        ISouthContext context, Func<ISouthContext, Content, CancellationToken, ValueTask<IntakeOutcome>> take)
        : ITakesIntake
    {
        public Task<IReadOnlyList<Diagnostic>> TestConnectionAsync(CancellationToken cancellationToken) =>
            Task.FromResult<IReadOnlyList<Diagnostic>>([]);

        public ValueTask<IntakeOutcome> TakeAsync(Content content, CancellationToken cancellationToken) =>
            take(context, content, cancellationToken);
    }

    private sealed class NoPeer : ISouthPeer
    {
        public object Settings { get; } = new NoSettings();

        public IReadOnlyList<Item> ItemsOf(SouthCapabilities capability) => [];

        public ValueTask YieldAsync(Item item, long value) => ValueTask.CompletedTask;

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
