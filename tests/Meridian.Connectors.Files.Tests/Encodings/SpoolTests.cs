using System.Buffers;
using FsCheck;
using FsCheck.Fluent;
using Meridian.Connectors.Files.Encodings;
using Meridian.Fixtures;
using Meridian.Sdk.Readings;

namespace Meridian.Connectors.Files.Tests.Encodings;

/// <summary>The spool gives back what was put in, and damage is noticed.</summary>
public sealed class SpoolTests
{
    [Fact]
    public void AnyReadings_ComeBackExactly() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(TestMode.IsLong ? 10_000 : 200),
        Prop.ForAll(Readings().ArrayOf().Where(all => all.Length > 0).ArrayOf().ToArbitrary(), batches =>
        {
            var bytes = Write(batches);

            var found = Read(bytes, bytes.Length, out var damage);

            Assert.Null(damage);
            Assert.Equal(batches.SelectMany(batch => batch), found);
        }));

    [Fact]
    public void GoldenSpool_IsReadAndWrittenForEver()
    {
        var bytes = Write([Samples]);

        Assert.Equal(
            "4D455253504C310A" + "45000000" + "E3E4C0F9"
            + "0100000061" + "0000F8B4C848DE08" + "00000000" + "01" + "000000000000F03F"
            + "0100000062" + "0000F8B4C848DE08" + "00000780" + "05" + "02000000C3BC"
            + "0100000063" + "0000F8B4C848DE08" + "00000000" + "04" + "01",
            Convert.ToHexString(bytes));
        Assert.Equal(Samples, Read(bytes, bytes.Length, out _));
    }

    [Fact]
    public void AnyByteDamaged_NothingIsInvented()
    {
        var bytes = Write([Samples, Samples, Samples]);
        var whole = Read(bytes, bytes.Length, out _);

        for (var at = 0; at < bytes.Length; at++)
        {
            var damaged = bytes.ToArray();
            damaged[at] ^= 0x40;

            var found = Read(damaged, damaged.Length, out var offset);

            Assert.NotNull(offset);
            Assert.Equal(whole.Take(found.Count), found);
            Assert.Equal(0, found.Count % Samples.Length);
        }
    }

    [Fact]
    public void AnyLength_GivesWholeFramesOnly()
    {
        var bytes = Write([Samples, Samples]);
        for (var length = 0; length < bytes.Length; length++)
        {
            var found = Read(bytes, length, out _);

            Assert.Contains(found.Count, new[] { 0, Samples.Length });
        }
    }

    [Fact]
    public void AnyBytes_AreReadOrRefused()
    {
        var spool = Write([Samples, Samples]);
        Seed.Run(random =>
        {
            for (var run = 0; run < (TestMode.IsLong ? 1_000_000 : 20_000); run++)
            {
                var body = new byte[random.Next(60)];
                random.NextBytes(body);
                var bytes = run % 2 == 0 ? Framed(body) : [.. spool[..random.Next(spool.Length)], .. body];

                // No exception; and memory only for what is there.
                _ = Read(bytes, bytes.Length, out _);
            }
        });
    }

    private static Reading[] Samples { get; } =
    [
        new("a", DateTimeOffset.UnixEpoch.AddYears(56), ReadingValue.From(1.0)),
        new("b", DateTimeOffset.UnixEpoch.AddYears(56), ReadingValue.From("ü"), Quality.BadDecoding),
        new("c", DateTimeOffset.UnixEpoch.AddYears(56), ReadingValue.From(true)),
    ];

    private static Gen<Reading> Readings()
    {
        var texts = Gen.Elements("", "a", "Grüße", "\0\r\n\"", "😀");
        var values = Gen.OneOf(
            Gen.Constant(default(ReadingValue)),
            ArbMap.Default.GeneratorFor<long>().Select(BitConverter.Int64BitsToDouble).Select(ReadingValue.From),
            ArbMap.Default.GeneratorFor<double>().Select(ReadingValue.From),
            ArbMap.Default.GeneratorFor<long>().Select(ReadingValue.From),
            ArbMap.Default.GeneratorFor<ulong>().Select(ReadingValue.From),
            ArbMap.Default.GeneratorFor<bool>().Select(ReadingValue.From),
            texts.Select(ReadingValue.From),
            texts.Select(ReadingValue.FromJson),
            ArbMap.Default.GeneratorFor<byte[]>().Select(bytes => ReadingValue.From(bytes)));
        return from value in values
               from point in Gen.Elements("a", "line1/temp", new string('x', 600))
               from ticks in Gen.Choose(0, int.MaxValue)
               from quality in ArbMap.Default.GeneratorFor<uint>()
               select new Reading(
                   point, new DateTimeOffset(ticks * 1_000_000_007L, TimeSpan.Zero), value, new Quality(quality));
    }

    private static byte[] Write(Reading[][] batches)
    {
        using var writer = new SpoolWriter();
        var output = new ArrayBufferWriter<byte>();
        output.Write(writer.Header.Span);
        foreach (var batch in batches)
        {
            writer.Write(batch, output);
        }

        return output.WrittenSpan.ToArray();
    }

    private static byte[] Framed(byte[] body)
    {
        var frame = new byte[SpoolLayout.FrameHeadBytes];
        BitConverter.TryWriteBytes(frame, body.Length);
        BitConverter.TryWriteBytes(frame.AsSpan(4), SpoolLayout.ChecksumOf(body));
        return [.. SpoolLayout.Mark, .. frame, .. body];
    }

    private static List<Reading> Read(byte[] bytes, long length, out long? damage)
    {
        using var reader = new SpoolReader(new MemoryStream(bytes), length);
        var found = new List<Reading>();
        while (reader.TryRead(out var readings))
        {
            found.AddRange(readings);
        }

        damage = reader.IsDamaged ? reader.Offset : null;
        return found;
    }
}
