using FsCheck;
using FsCheck.Fluent;
using Meridian.Fixtures;
using Meridian.Formats.Parquet.Buffers;
using Meridian.Formats.Parquet.Compression;

namespace Meridian.Formats.Tests.Parquet.Compression;

public sealed class SnappyLaws
{
    [Fact]
    public void AnyBytes_RoundTripWithinTheBound() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(TestMode.Pick(20_000, 1_000)),
        Prop.ForAll<byte[]>(bytes => RoundTrip(bytes)));

    [Fact]
    public void BytesThatRepeat_RoundTrip() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(TestMode.Pick(5_000, 300)),
        Prop.ForAll(Repeating().ToArbitrary(), bytes => RoundTrip(bytes)));

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(16)]
    [InlineData(17)]
    [InlineData(65_535)]
    [InlineData(65_536)]
    [InlineData(65_537)]
    [InlineData(1_000_000)]
    public void EachLength_OfNoiseZerosAndSteps_RoundTrips(int length) => Seed.Run(dice =>
    {
        var noise = new byte[length];
        dice.NextBytes(noise);
        var steps = Enumerable.Range(0, length).Select(static i => (byte)(i / 3)).ToArray();

        RoundTrip(noise);
        RoundTrip(steps);
        Assert.InRange(RoundTrip(new byte[length]), 0, 20 + (length / 20));
    });

    /// <summary>Pieces of what came before, of any length and from any distance, between new bytes.</summary>
    private static Gen<byte[]> Repeating() =>
        from moves in Gen.Choose(0, 2_000_000).Two().ArrayOf()
        select Build(moves);

    private static byte[] Build((int First, int Second)[] moves)
    {
        var bytes = new List<byte> { 1, 2, 3, 4, 5 };
        foreach (var (from, length) in moves)
        {
            bytes.Add((byte)from);
            var start = bytes.Count - 1 - (from % bytes.Count);
            for (var i = 0; i < length % 3_000; i++)
            {
                bytes.Add(bytes[start + i]);
            }
        }

        return [.. bytes];
    }

    private static int RoundTrip(byte[] bytes)
    {
        using var output = new GrowingArray<byte>();

        Snappy.Compress(bytes, output);

        Assert.Equal(bytes, SnappyDecompressor.Decompress(output.Written));
        Assert.InRange(output.Count, 1, 32 + bytes.Length + (bytes.Length / 6));
        return output.Count;
    }
}
