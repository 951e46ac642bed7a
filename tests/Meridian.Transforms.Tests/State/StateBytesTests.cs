using System.Buffers;
using FsCheck.Fluent;
using Meridian.Sdk.Readings;
using Meridian.Transforms.Aggregates;
using Meridian.Transforms.State;
using Meridian.Transforms.Thinning;
using Meridian.Transforms.Values;

namespace Meridian.Transforms.Tests.State;

public sealed class StateBytesTests
{
    private static readonly TransformSettings[] Settings =
    [
        new() { Scale = new ScaleSettings { Factor = 2 } },
        new() { Deadband = new DeadbandSettings { Absolute = 1 } },
        new() { RateLimit = new RateLimitSettings { Period = TimeSpan.FromSeconds(1) } },
        new()
        {
            Aggregate = new AggregateSettings
            {
                Window = TimeSpan.FromSeconds(10), Kinds = [AggregateKind.Mean, AggregateKind.Last],
            },
        },
    ];

    // Version; then of each transform fingerprint and length, version and count, its points.
    private const string Golden =
        "01"
        + "BF9CDD5092DC495D40"
        + "010201017305737461746505F516F8A8147E56B17ED64A5DD7CCBB4580DAE389DFF1A3DF1100"
        + "02017001000000000000184080B4A893DFF1A3DF118080808004"
        + "C7CEA1C58D8CA49B20"
        + "010201017305737461746580DAE389DFF1A3DF11"
        + "02017080B4A893DFF1A3DF11"
        + "1B55FE68A8AE18D38501"
        + "0102"
        + "010173057374617465C0E99AAB0101000101670105026F6E0080DAE389DFF1A3DF1100"
        + "020170C0E99AAB0103000002010000000000001840808080800480B4A893DFF1A3DF1102"
        + "00000000000000400000000000001840000000000000104000000000000000400000000000001840C0C3930780B4A893DFF1A3DF11"
        + "0102C0E99AAB01";

    [Fact]
    public void Save_ThisChain_GivesTheseBytes()
    {
        var chain = Trial.Chain(Settings);

        chain.Run(Sample());

        // As drawn in docs/formats/transforms.md. When these change, the version does, and the old ones are still read.
        Assert.Equal(Golden, Convert.ToHexString(Trial.Saved(chain)));
    }

    [Fact]
    public void Load_TheseBytes_GoesOnWhereTheyWereSaved()
    {
        var (first, second) = (Trial.Chain(Settings), Trial.Chain(Settings));
        first.Run(Sample());
        first.Result.Clear();

        Assert.True(second.Load(Convert.FromHexString(Golden)));

        var next = Trial.Entry(9, 12, position: 9);
        first.Run(next);
        second.Run(next);
        Outcome.Of(second.Result).MustEqual(Outcome.Of(first.Result));
        Assert.Equal(2, second.Result.DerivedCount);
    }

    [Fact]
    public void Load_OtherSettingsOfOneTransform_LeavesItAndThoseBehindItAside()
    {
        var first = Trial.Chain(Settings);
        first.Run(Sample());
        var changed = Settings.ToArray();
        changed[2] = new TransformSettings { RateLimit = new RateLimitSettings { Period = TimeSpan.FromSeconds(2) } };
        var second = Trial.Chain(changed);

        Assert.False(second.Load(Trial.Saved(first)));

        // The deadband knows its points still; the window behind the rate limit began anew.
        second.Run([Trial.Entry(3.2, 3, position: 9, quality: Quality.Uncertain), Trial.Entry(5, 12, position: 10)]);
        var outcome = Outcome.Of(second.Result);
        Assert.Contains((9L, FilterReason.Deadband), outcome.Filtered);
        Assert.Contains((10L, FilterReason.Aggregated), outcome.Filtered);
        Assert.Empty(outcome.Left);
    }

    [Fact]
    public void Load_AnotherTransformAppended_KeepsAllThatWasThere()
    {
        var first = Trial.Chain(Settings[..2]);
        first.Run(Sample());

        Assert.True(Trial.Chain(Settings).Load(Trial.Saved(first)));
    }

    [Fact]
    public void Load_OtherVersion_IsLeftAside()
    {
        var chain = Trial.Chain(Settings);
        chain.Run(Sample());
        var saved = Trial.Saved(chain);
        saved[0]++;

        Assert.False(Trial.Chain(Settings).Load(saved));
    }

    [Fact]
    public void Load_NothingSaved_BeginsAnew()
    {
        var chain = Trial.Chain(Settings);
        chain.Run(Sample());

        Assert.True(chain.Load([]));

        Assert.Equal(Trial.Saved(Trial.Chain(Settings)), Trial.Saved(chain));
    }

    [Fact]
    public void Remembers_ChainWithoutMemory_IsFalse()
    {
        Assert.False(Trial.Chain(Settings[0]).Remembers);
        Assert.True(Trial.Chain(Settings).Remembers);
    }

    [Fact]
    public void WriteAndRead_AnyValues_RoundTrip() => Streams.Hold(Streams.Values().ArrayOf(), values =>
    {
        var output = new ArrayBufferWriter<byte>();
        var writer = new StateWriter(output);
        foreach (var value in values)
        {
            writer.WriteValue(value);
            writer.WriteName(value.Kind.ToString());
        }

        var reader = new StateReader(output.WrittenSpan);
        foreach (var value in values)
        {
            Assert.Equal(value, reader.ReadValue());
            Assert.Equal(value.Kind.ToString(), reader.ReadName());
        }

        Assert.True(reader.IsWhole);
    });

    [Theory]
    [InlineData(0L)]
    [InlineData(-1L)]
    [InlineData(long.MaxValue)]
    [InlineData(long.MinValue)]
    public void WriteInteger_Extremes_RoundTrip(long value)
    {
        var output = new ArrayBufferWriter<byte>();
        var writer = new StateWriter(output);
        writer.WriteInteger(value);
        writer.WriteCount(unchecked((ulong)value));

        var reader = new StateReader(output.WrittenSpan);

        Assert.Equal(value, reader.ReadInteger());
        Assert.Equal(unchecked((ulong)value), reader.ReadCount());
        Assert.True(reader.IsWhole);
    }


    private static TransformEntry[] Sample() => Trial.Numbered(
        Trial.Entry(1, 0.5), Trial.Entry(ReadingValue.From("on"), 1, "state", group: "g"),
        Trial.Entry(3, 2, quality: Quality.Uncertain));
}
