using Meridian.Sdk.Readings;
using Meridian.Transforms;

namespace Meridian.Engine.Trials;

/// <summary>Runs transforms on sample readings, beside everything that runs. One thread at a time.</summary>
public sealed class TransformTrial
{
    private readonly TransformChain _chain;
    private long _position;

    /// <summary>Makes ready.</summary>
    /// <param name="transforms">The transforms, in order.</param>
    /// <exception cref="ArgumentException">They are wrong; the message says what.</exception>
    public TransformTrial(IReadOnlyList<TransformSettings> transforms)
    {
        ArgumentNullException.ThrowIfNull(transforms);
        _chain = TransformChain.TryCreate(transforms, out var chain, out var problems)
            ? chain
            : throw new ArgumentException(
                string.Join(' ', problems.Select(static problem => $"{problem.Path}: {problem.Message}")),
                nameof(transforms));
    }

    /// <summary>Runs one reading, behind those before.</summary>
    /// <param name="reading">The reading.</param>
    /// <param name="south">The South that it counts as coming from.</param>
    /// <param name="group">The group of its item; null for none.</param>
    /// <returns>What leaves because of it, and why it does not itself.</returns>
    public TransformTrialStep Run(in Reading reading, string south, string? group)
    {
        _chain.Run(new TransformEntry(reading, _position++, south, group));
        return Take();
    }

    /// <summary>The sample ends: what is held back, open windows, leaves.</summary>
    /// <returns>What leaves.</returns>
    public TransformTrialStep Finish()
    {
        _chain.Finish(_position);
        return Take();
    }

    private TransformTrialStep Take()
    {
        var result = _chain.Result;
        var reasons = result.Reasons.Span;
        var step = new TransformTrialStep(
            result.Readings.ToArray(),
            reasons.IsEmpty ? null : FilterReasons.WordOf(reasons[0]));
        result.Clear();
        return step;
    }
}

/// <summary>What became of one sample reading.</summary>
/// <param name="Readings">What left the transforms because of it.</param>
/// <param name="FilteredBecause">Why it did not leave itself, as the account says it; null when it did.</param>
public sealed record TransformTrialStep(IReadOnlyList<Reading> Readings, string? FilteredBecause);
