using Meridian.Sdk;
using Meridian.Sdk.Intakes;
using Meridian.Sdk.North;
using Meridian.Sdk.Readings;
using Meridian.Testing.Contract;
using Meridian.Testing.Peers;
using Meridian.Testing.Simulation;

namespace Meridian.Testing.Tests.Contract;

/// <summary>Each way to break the contract of a North fails the check that looks for it, in its words.</summary>
public sealed class BrokenNorthTests
{
    private static readonly ContractOptions Impatient = new()
    {
        Deadline = TimeSpan.FromSeconds(1),
        CancelWithin = TimeSpan.FromMilliseconds(300),
        LifeCount = 2,
        CancelPoints = 2,
    };

    private readonly SimulatedNorth _destination = new(DeliveryGuarantee.ExactlyOnce);

    [Fact]
    public Task Batch_DeliveredAndNotThere_BreaksValues() => BreaksAsync(
        "data flow", "IHandlesValues.HandleValuesAsync", "does not have number 0", static north =>
            north.Values = static (_, _) => ValueTask.FromResult(DeliveryOutcome.Delivered),
        keepsCursor: false);

    [Fact]
    public Task Batch_KeptAfterTheCall_BreaksItsLoan() => BreaksAsync(
        "data flow", "ValuesBatch", "written into their memory after the call", north =>
        {
            var handle = north.Values;
            ValuesBatch? kept = null;
            north.Values = async (batch, token) =>
            {
                if (kept is not null)
                {
                    await handle(kept, token);
                }

                kept = batch;
                return await handle(batch, token);
            };
        },
        keepsCursor: false);

    [Fact]
    public Task Batch_StoredTwice_BreaksExactlyOnce() => BreaksAsync(
        "data flow", "NorthManifest.Guarantee", "the destination has number 0 2 times", static north =>
        {
            var handle = north.Values;
            north.Values = async (batch, token) =>
            {
                await handle(batch, token);
                return await handle(batch, token);
            };
        });

    [Fact]
    public Task Reading_ThatNobodyHandedOver_BreaksValues() => BreaksAsync(
        "data flow", "IHandlesValues.HandleValuesAsync", "it has 4711", static north =>
        {
            var handle = north.Values;
            north.Values = (batch, token) =>
            {
                var readings = batch.Readings.ToArray();
                readings[0] = readings[0] with { Value = ReadingValue.From(4711L) };
                return handle(new ValuesBatch(batch.JournalId, readings, batch.Positions, batch.Cursor), token);
            };
        });

    [Fact]
    public Task Outcome_WithoutAReason_BreaksTheOutcome() => BreaksAsync(
        "data flow", "DeliveryOutcome", "the outcome Retry has none", static north =>
            north.Values = static (_, _) => ValueTask.FromResult(DeliveryOutcome.Retry("")));

    [Fact]
    public Task Destination_ThatNeverTakesABatch_BreaksValues() => BreaksAsync(
        "data flow", "IHandlesValues.HandleValuesAsync", "the outcome was Retry: Later.", static north =>
            north.Values = static (_, _) => ValueTask.FromResult(DeliveryOutcome.Retry("Later.")));

    [Fact]
    public Task Position_ThatIsNotKept_BreaksReadPositions() => BreaksAsync(
        "data flow", "IKeepsOwnCursor.ReadPositionsAsync", "none is kept", static north =>
            north.Positions = static (_, _) => ValueTask.FromResult<IReadOnlyList<DeliveryPosition>>([]));

    [Fact]
    public Task Position_ThatIsNotGivenBackAsItWas_BreaksReadPositions() => BreaksAsync(
        "data flow", "IKeepsOwnCursor.ReadPositionsAsync", "it has 7 bytes", static north =>
        {
            var read = north.Positions;
            north.Positions = async (id, token) =>
                [.. (await read(id, token)).Select(static one => one with { Token = one.Token[1..] })];
        });

    [Fact]
    public Task Position_OfAnotherNorth_BreaksReadPositions() => BreaksAsync(
        "data flow", "IKeepsOwnCursor.ReadPositionsAsync", "other of", static north =>
        {
            var read = north.Positions;
            north.Positions = async (id, token) =>
                [.. (await read(id, token)).Select(static one => one with { NorthId = "other" })];
        });

    [Fact]
    public Task File_ThatLostBytes_BreaksHandleFile() => BreaksAsync(
        "data flow", "IHandlesFile.HandleFileAsync", "it has 10, or others", static north =>
        {
            var handle = north.File;
            north.File = (file, position, token) => handle(
                file with { OpenRead = static _ => ValueTask.FromResult<Stream>(new MemoryStream(new byte[10])) },
                position,
                token);
        });

    [Fact]
    public Task Batch_CancelledAndLostWithItsPosition_BreaksTheGuarantee() => BreaksAsync(
        "cancel handle values everywhere", "NorthManifest.Guarantee", "2 times", static north =>
        {
            var handle = north.Values;
            north.Values = async (batch, token) =>
            {
                var outcome = await handle(batch, CancellationToken.None);
                token.ThrowIfCancellationRequested(); // It is stored, and nobody knows.
                return outcome;
            };
        },
        keepsCursor: false,
        DeliveryGuarantee.EffectivelyOnce);

    private async Task BreaksAsync(
        string check,
        string member,
        string words,
        Action<BrokenNorth> break_,
        bool keepsCursor = true,
        DeliveryGuarantee guarantee = DeliveryGuarantee.ExactlyOnce)
    {
        var manifest = _destination.Manifest with
        {
            ConnectorType = keepsCursor ? typeof(BrokenNorth) : typeof(IHandlesValues),
            Guarantee = guarantee,
            Create = (context, settings) =>
            {
                var north = new BrokenNorth(_destination.Manifest.Create(context, settings));
                break_(north);
                return north;
            },
        };
        var contract = ConnectorContract.Of(
            manifest, () => Task.FromResult<INorthPeer>(new SimulatedDestinationPeer(_destination)), Impatient);

        var broken = await Assert.ThrowsAsync<ContractViolationException>(() => contract.RunAsync(check));

        Assert.Equal(member, broken.Member);
        Assert.Contains(words, broken.Message, StringComparison.Ordinal);
    }

    /// <summary>A sound North of which a test breaks one call.</summary>
    private sealed class BrokenNorth(INorth sound) : IHandlesValues, IHandlesFile, IKeepsOwnCursor
    {
        public Func<ValuesBatch, CancellationToken, ValueTask<DeliveryOutcome>> Values { get; set; } =
            ((IHandlesValues)sound).HandleValuesAsync;

        public Func<FileContent, DeliveryPosition, CancellationToken, ValueTask<DeliveryOutcome>> File { get; set; } =
            ((IHandlesFile)sound).HandleFileAsync;

        public Func<string, CancellationToken, ValueTask<IReadOnlyList<DeliveryPosition>>> Positions { get; set; } =
            ((IKeepsOwnCursor)sound).ReadPositionsAsync;

        public Task StartAsync(CancellationToken cancellationToken) => sound.StartAsync(cancellationToken);

        public Task ConnectAsync(CancellationToken cancellationToken) => sound.ConnectAsync(cancellationToken);

        public Task DisconnectAsync(CancellationToken cancellationToken) => sound.DisconnectAsync(cancellationToken);

        public Task StopAsync(CancellationToken cancellationToken) => sound.StopAsync(cancellationToken);

        public Task<IReadOnlyList<Diagnostic>> TestConnectionAsync(CancellationToken cancellationToken) =>
            sound.TestConnectionAsync(cancellationToken);

        public ValueTask<DeliveryOutcome> HandleValuesAsync(ValuesBatch batch, CancellationToken cancellationToken) =>
            Values(batch, cancellationToken);

        public ValueTask<DeliveryOutcome> HandleFileAsync(
            FileContent file, DeliveryPosition position, CancellationToken cancellationToken) =>
            File(file, position, cancellationToken);

        public ValueTask<IReadOnlyList<DeliveryPosition>> ReadPositionsAsync(
            string northId, CancellationToken cancellationToken) => Positions(northId, cancellationToken);
    }
}
