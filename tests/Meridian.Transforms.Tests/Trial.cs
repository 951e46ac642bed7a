using System.Buffers;
using Meridian.Sdk.Readings;
using Meridian.Transforms.State;

namespace Meridian.Transforms.Tests;

/// <summary>Entries to run, and what came out of a run, easy to compare.</summary>
internal static class Trial
{
    public static readonly DateTimeOffset Noon = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    /// <summary>An entry of the South "s".</summary>
    public static TransformEntry Entry(
        double value, double seconds = 0, string point = "p", long position = 0, Quality quality = default) =>
        Entry(ReadingValue.From(value), seconds, point, position, quality);

    /// <summary>An entry of the South "s".</summary>
    public static TransformEntry Entry(
        ReadingValue value,
        double seconds = 0,
        string point = "p",
        long position = 0,
        Quality quality = default,
        string south = "s",
        string? group = null) =>
        new(new Reading(point, Noon.AddSeconds(seconds), value, quality), position, south, group);

    /// <summary>The same entries with positions from 1.</summary>
    public static TransformEntry[] Numbered(params TransformEntry[] entries) =>
        [.. entries.Select((entry, index) => entry with { Position = index + 1 })];

    /// <summary>Names and texts, in order.</summary>
    public static Dictionary<string, string> Texts(params (string Name, string Text)[] pairs) =>
        pairs.ToDictionary(pair => pair.Name, pair => pair.Text, StringComparer.Ordinal);

    /// <summary>A chain of settings that are right.</summary>
    public static TransformChain Chain(params TransformSettings[] settings)
    {
        Assert.True(
            TransformChain.TryCreate(settings, out var chain, out var problems), string.Join('\n', problems));
        return chain;
    }

    /// <summary>What leaves and what does not when entries run through a new chain.</summary>
    public static Outcome Run(TransformSettings settings, params TransformEntry[] entries) => Run([settings], entries);

    /// <summary>What leaves and what does not when entries run through a new chain.</summary>
    public static Outcome Run(TransformSettings[] settings, params TransformEntry[] entries)
    {
        var chain = Chain(settings);
        chain.Run(entries);
        return Outcome.Of(chain.Result);
    }

    /// <summary>What leaves and what does not when entries run through one transform, made by the test.</summary>
    public static Outcome Run(ITransform transform, params TransformEntry[] entries)
    {
        var result = new TransformResult();
        Run(transform, result, entries);
        return Outcome.Of(result);
    }

    public static void Run(ITransform transform, TransformResult result, params TransformEntry[] entries)
    {
        var link = new TransformLink(transform, null, null, result);
        foreach (var entry in entries)
        {
            result.Begin();
            link.Take(entry);
            result.End(entry.Position);
        }
    }

    /// <summary>Everything that a transform remembers.</summary>
    public static byte[] Saved(IRemembers transform)
    {
        var output = new ArrayBufferWriter<byte>();
        transform.Save(new StateWriter(output));
        return output.WrittenSpan.ToArray();
    }

    /// <summary>Everything that a chain remembers.</summary>
    public static byte[] Saved(TransformChain chain)
    {
        var output = new ArrayBufferWriter<byte>();
        chain.Save(output);
        return output.WrittenSpan.ToArray();
    }
}

/// <summary>A reading that left.</summary>
internal sealed record Left(Reading Reading, long Position, bool IsDerived)
{
    public string Point => Reading.Point;

    public ReadingValue Value => Reading.Value;
}

/// <summary>What came out of a run.</summary>
/// <param name="Left">What left, in order.</param>
/// <param name="Filtered">What did not, in order.</param>
internal sealed record Outcome(IReadOnlyList<Left> Left, IReadOnlyList<(long Position, FilterReason Reason)> Filtered)
{
    public static Outcome Of(TransformResult result)
    {
        var (readings, positions, derived) = (result.Readings, result.Positions, result.IsDerived);
        var (filtered, reasons) = (result.Filtered, result.Reasons);
        return new Outcome(
            [.. Enumerable.Range(0, readings.Length).Select(index =>
                new Left(readings.Span[index], positions.Span[index], derived.Span[index]))],
            [.. Enumerable.Range(0, filtered.Length).Select(index =>
                (filtered.Span[index], reasons.Span[index]))]);
    }

    public IEnumerable<double> Numbers => Left.Select(left => left.Value.AsDouble());

    public IEnumerable<string> Points => Left.Select(left => left.Point);

    public Outcome Then(Outcome later) => new([.. Left, .. later.Left], [.. Filtered, .. later.Filtered]);

    public void MustEqual(Outcome other)
    {
        Assert.Equal(Left, other.Left);
        Assert.Equal(Filtered, other.Filtered);
    }
}
