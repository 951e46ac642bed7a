using Meridian.Sdk.Intakes;
using Meridian.Sdk.Readings;
using Meridian.Sdk.South;

namespace Meridian.Testing.Contract;

/// <summary>
/// Hands readings to a South that takes them, and keeps the answers: what is answered stored is on disk, and nothing of
/// a cancelled call ever is. One caller at a time.
/// </summary>
internal sealed class PushCourse
{
    private static readonly DateTimeOffset Begin = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>What is pushed is counted from here, far from what the source yields.</summary>
    private const long FirstValue = 1_000_000_000_000;

    private readonly List<(Life Life, long Value)> _cancelled = [];
    private long _count;

    public async Task PushAsync(Life life, CancellationToken cancellationToken)
    {
        var count = _count++;
        var value = FirstValue + count;
        var reading = new Reading("contract/pushed", Begin.AddSeconds(count), ReadingValue.From(value));
        try
        {
            var outcome = await ((ITakesIntake)life.Connector)
                .TakeAsync(new ReadingsContent(new[] { reading }), cancellationToken).ConfigureAwait(false);
            if (!outcome.IsStored || !SouthBench.HasReading(life, value))
            {
                throw new ContractViolationException(
                    Clause.Take,
                    "the answer stored, when it is on disk",
                    outcome.IsStored
                        ? "it was answered stored and is not on disk"
                        : $"it was answered: {outcome.Reason}");
            }
        }
        catch (OperationCanceledException)
        {
            _cancelled.Add((life, value));
            throw;
        }
    }

    /// <summary>Looks whether anything of a cancelled call came to the disk.</summary>
    public void Verify()
    {
        foreach (var (life, value) in _cancelled.Where(static one => SouthBench.HasReading(one.Life, one.Value)))
        {
            throw new ContractViolationException(
                Clause.Take, "nothing of a cancelled call on disk", $"reading {value} is");
        }
    }
}
