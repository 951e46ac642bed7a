using FsCheck;
using FsCheck.Fluent;
using Meridian.Fixtures;
using Meridian.Sdk.Readings;

namespace Meridian.Transforms.Tests;

/// <summary>
/// Any streams of entries: two Souths, a few points each, all types of values, time that mostly goes on.
/// </summary>
internal static class Streams
{
    /// <summary>Checks a law on many streams; a failure prints what FsCheck needs to repeat it.</summary>
    public static void Hold<T>(Gen<T> gen, Action<T> law) => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(TestMode.Pick(5_000, 200)), Prop.ForAll(gen.ToArbitrary(), law));

    /// <summary>Streams with values of all types.</summary>
    public static Gen<TransformEntry[]> Any() => Of(Values(), Steps());

    /// <summary>Streams of numbers.</summary>
    public static Gen<TransformEntry[]> Numbers() => Of(Gen.Frequency((4, Halves()), (1, Integers())), Steps());

    /// <summary>Streams of good numbers whose time never goes back.</summary>
    public static Gen<TransformEntry[]> InOrder() =>
        Of(Halves(), Gen.Choose(0, 4000).Select(step => (long)step)).Select(entries => entries
            .Select(entry => entry with { Reading = entry.Reading with { Quality = Quality.Good } }).ToArray());

    /// <summary>A place to cut a stream.</summary>
    public static Gen<(TransformEntry[] Entries, int At)> Cut(Gen<TransformEntry[]> streams) =>
        from entries in streams
        from at in Gen.Choose(0, entries.Length)
        select (entries, at);

    public static Gen<ReadingValue> Values() => Gen.Frequency(
        (6, Halves()),
        (2, Integers()),
        (1, Gen.Elements(double.NaN, double.PositiveInfinity, double.NegativeInfinity, 1e308, -1e308, -0.0)
            .Select(ReadingValue.From)),
        (1, Gen.Elements(true, false).Select(ReadingValue.From)),
        (2, Gen.Elements("", "on", "21.5", "true", "{\"a\":1}").Select(ReadingValue.From)),
        (2, Gen.Elements("{\"a\":1,\"b\":{\"c\":\"x\"}}", "{}", "[1,2]", "7", "{\"a\":", "{\"a\":1,\"t\":\"no\"}")
            .Select(ReadingValue.FromJson)),
        (1, Gen.Elements([], new byte[] { 1, 2 }).Select(ReadingValue.From)),
        (1, Gen.Constant(ReadingValue.Null)));

    private static Gen<TransformEntry[]> Of(Gen<ReadingValue> values, Gen<long> steps) =>
        Entries(values, steps).ArrayOf().Select(drawn =>
        {
            var (position, milliseconds) = (1_000L, 0L);
            return drawn.Select(one =>
            {
                position += one.Gap;
                milliseconds += one.Step;
                var reading = new Reading(one.Point, Trial.Noon.AddMilliseconds(milliseconds), one.Value, one.Quality);
                return new TransformEntry(reading, position, one.South, one.Group);
            }).ToArray();
        });

    private static Gen<Drawn> Entries(Gen<ReadingValue> values, Gen<long> steps) =>
        from south in Gen.Elements("north-hall", "s2")
        from point in Gen.Elements("line1/temp", "line1/motor/speed", "x", "line2/temp")
        from grouped in Gen.Frequency((3, Gen.Constant<string?>(null)), (1, Gen.Constant<string?>("fast")))
        from value in values
        from status in Gen.Frequency((8, Gen.Constant(0u)), (2, Gen.Elements(0x4000_0000u, 0x8000_0000u, 0x8007_0000u)))
        from step in steps
        from gap in Gen.Choose(1, 3)
        select new Drawn(south, point, grouped, value, new Quality(status), step, gap);

    private static Gen<long> Steps() => Gen.Frequency(
        (8, Gen.Choose(0, 3_000)),
        (1, Gen.Choose(-8_000, 0)),
        (1, Gen.Choose(0, 120_000))).Select(step => (long)step);

    private static Gen<ReadingValue> Halves() =>
        Gen.Choose(-40, 40).Select(half => ReadingValue.From(half / 2d));

    private static Gen<ReadingValue> Integers() => Gen.OneOf(
        Gen.Choose(-20, 20).Select(one => ReadingValue.From((long)one)),
        Gen.Choose(0, 20).Select(one => ReadingValue.From((ulong)one)),
        Gen.Elements(long.MaxValue, long.MinValue, 9_007_199_254_740_993).Select(ReadingValue.From),
        Gen.Elements(ulong.MaxValue).Select(ReadingValue.From));

    private sealed record Drawn(
        string South, string Point, string? Group, ReadingValue Value, Quality Quality, long Step, int Gap);
}
