using System.Buffers;
using FsCheck;
using FsCheck.Fluent;
using Meridian.Engine.Groups;

namespace Meridian.Engine.Tests.Groups;

public sealed class GroupRunsLaws
{
    private static readonly Arbitrary<(int Count, string? Group)[]> AnyRuns = (
        from count in Gen.Choose(1, 5)
        from name in Gen.Elements<string?>(null, "fast", "Größe 𝛼", string.Empty)
        select (count, name)).ArrayOf().ToArbitrary();

    [Fact]
    public void Runs_WrittenAndRead_AreTheSameReadingByReading() => Prop.ForAll(AnyRuns, runs =>
    {
        var (written, output) = (new GroupRuns(), new ArrayBufferWriter<byte>());
        foreach (var (count, group) in runs)
        {
            written.Add(count, group);
        }

        written.Write(output);
        output.Write("rest"u8);
        var read = new GroupRuns();
        var begin = read.Read(output.WrittenSpan);
        var walk = read.Begin();
        return output.WrittenCount - begin == 4
            && runs.SelectMany(run => Enumerable.Repeat(run.Group, run.Count))
                .All(group => string.Equals(walk.Next(), group, StringComparison.Ordinal))
            && walk.Next() is null;
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Runs_Cut_AreRefused()
    {
        var (runs, output) = (new GroupRuns(), new ArrayBufferWriter<byte>());
        runs.Add(3, "fast");
        runs.Add(1, null);
        runs.Write(output);

        for (var length = 0; length < output.WrittenCount; length++)
        {
            var cut = output.WrittenSpan[..length].ToArray();
            Assert.Throws<InvalidDataException>(() => new GroupRuns().Read(cut));
        }
    }

    [Fact]
    public void Runs_AreTheBytesOfTheDrawing()
    {
        var (runs, output) = (new GroupRuns(), new ArrayBufferWriter<byte>());
        runs.Add(2, "ab");
        runs.Add(1, null);

        runs.Write(output);

        Assert.Equal("1A00000001000200616202000000020000000100010000000000", Convert.ToHexString(output.WrittenSpan));
    }
}
