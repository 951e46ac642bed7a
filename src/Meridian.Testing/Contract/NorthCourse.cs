using Meridian.Sdk.Intakes;
using Meridian.Sdk.North;
using Meridian.Sdk.Readings;

namespace Meridian.Testing.Contract;

/// <summary>
/// The engine's side of deliveries: a cursor that moves past what was delivered, and batches whose memory is used again
/// as soon as the call has returned. One caller at a time.
/// </summary>
internal sealed class NorthCourse
{
    /// <summary>What a connector finds in memory that it kept too long.</summary>
    public const long Scribble = -1;

    private const int BatchReadings = 5;
    private const string NorthId = "contract";

    private static readonly Guid JournalId = new("7b9a52f0-5d0c-4b8e-9a55-0d8f9d6a3c11");
    private static readonly DateTimeOffset Begin = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly Dictionary<string, byte[]> _deliveredFiles = new(StringComparer.Ordinal);
    private long _next;
    private long _fileNumber;

    /// <summary>How many readings count as delivered: the values 0 up to this.</summary>
    public long DeliveredCount => _next;

    /// <summary>How many readings were handed over at least once.</summary>
    public long HandedCount { get; private set; }

    /// <summary>What the last delivery returned.</summary>
    public DeliveryOutcome LastOutcome { get; private set; }

    /// <summary>The files that count as delivered.</summary>
    public IReadOnlyDictionary<string, byte[]> DeliveredFiles => _deliveredFiles;

    /// <summary>Hands over the batch at the cursor.</summary>
    public async Task DeliverAsync(Life life, CancellationToken cancellationToken)
    {
        var readings = Enumerable.Range(0, BatchReadings)
            .Select(i => new Reading("contract/point", Begin.AddSeconds(_next + i), ReadingValue.From(_next + i)))
            .ToArray();
        var positions = Enumerable.Range(0, BatchReadings).Select(i => _next + i).ToArray();
        var token = TokenOf(_next + BatchReadings);
        var batch = new ValuesBatch(JournalId, readings, positions, new DeliveryPosition(JournalId, NorthId, token));
        HandedCount = Math.Max(HandedCount, _next + BatchReadings);
        try
        {
            var outcome = await ((IHandlesValues)life.Connector).HandleValuesAsync(batch, cancellationToken)
                .ConfigureAwait(false);
            Note(life, outcome);
        }
        finally
        {
            // Lent until the call returned, however it did.
            Array.Fill(readings, new Reading("contract/scribble", Begin, ReadingValue.From(Scribble)));
            Array.Fill(positions, Scribble);
            Array.Fill(token, (byte)0xEE);
        }
    }

    /// <summary>Hands over a file.</summary>
    public async Task DeliverFileAsync(Life life, CancellationToken cancellationToken)
    {
        byte[] content = [.. Enumerable.Range(0, 1_000).Select(i => (byte)(i + _fileNumber))];
        var name = $"contract-{_fileNumber}.bin";
        var file = new FileContent(
            name,
            content.Length,
            _ => ValueTask.FromResult<Stream>(new MemoryStream(content, writable: false)));
        LastOutcome = await ((IHandlesFile)life.Connector)
            .HandleFileAsync(file, new DeliveryPosition(JournalId, NorthId, TokenOf(_next)), cancellationToken)
            .ConfigureAwait(false);
        Check(LastOutcome);
        if (LastOutcome.Kind == DeliveryOutcomeKind.Delivered)
        {
            life.North.Note(LastOutcome);
            _deliveredFiles[name] = content;
            _fileNumber++;
        }
    }

    /// <summary>Goes on at the further of the destination's position and the own.</summary>
    public async Task ResumeAsync(Life life, CancellationToken cancellationToken)
    {
        var all = await ((IKeepsOwnCursor)life.Connector).ReadPositionsAsync(NorthId, cancellationToken)
            .ConfigureAwait(false);
        var ours = all.Where(static position => position.JournalId == JournalId).ToArray();
        if (ours.Length > 1 || all.Any(static position => !IsOurs(position)))
        {
            throw new ContractViolationException(
                Clause.Positions,
                $"one position of each journal, all of North '{NorthId}'",
                string.Join(", ", all.Select(static one => $"{one.NorthId} of {one.JournalId}")));
        }

        var stored = ours is [var position] ? NextOf(position) : 0;
        if (stored < _next)
        {
            throw new ContractViolationException(
                Clause.Positions,
                $"the position after {_next} readings, which were delivered",
                ours is [] ? "none is kept" : $"the position after {stored} is kept");
        }

        _next = stored;
    }

    private static bool IsOurs(DeliveryPosition position) =>
        string.Equals(position.NorthId, NorthId, StringComparison.Ordinal);

    private static byte[] TokenOf(long next) => BitConverter.GetBytes(next);

    private static long NextOf(DeliveryPosition position) => position.Token.Length == sizeof(long)
        ? BitConverter.ToInt64(position.Token.Span)
        : throw new ContractViolationException(
            Clause.Positions,
            $"the {sizeof(long)} bytes of the token as they were stored",
            $"it has {position.Token.Length} bytes");

    private static void Check(DeliveryOutcome outcome)
    {
        if (outcome.Kind != DeliveryOutcomeKind.Delivered && string.IsNullOrWhiteSpace(outcome.Reason))
        {
            throw new ContractViolationException(
                Clause.Outcome, "a reason in words", $"the outcome {outcome.Kind} has none");
        }

        if (outcome.DeliveredCount is < 0 or > BatchReadings)
        {
            throw new ContractViolationException(
                Clause.Outcome,
                $"between 0 and {BatchReadings} delivered from the front",
                $"{outcome.DeliveredCount} are told");
        }
    }

    private void Note(Life life, DeliveryOutcome outcome)
    {
        LastOutcome = outcome;
        Check(outcome);
        life.North.Note(outcome);
        _next += outcome.Kind == DeliveryOutcomeKind.Delivered ? BatchReadings : outcome.DeliveredCount;
    }
}
