using FsCheck;
using FsCheck.Fluent;
using Meridian.Engine.History.Seen;
using Meridian.Sdk.Readings;

namespace Meridian.Engine.Tests.History.Seen;

public sealed class ReadingIdentityTests
{
    [Fact]
    public void Numbers_OfOnePoint_NeverShareAnIdentity() => Prop.ForAll<long, long>((one, other) =>
        (Of(ReadingValue.From(one)) == Of(ReadingValue.From(other))) == (one == other)
        && (Of(ReadingValue.From(BitConverter.Int64BitsToDouble(one)))
            == Of(ReadingValue.From(BitConverter.Int64BitsToDouble(other)))) == (one == other))
        .QuickCheckThrowOnFailure();

    [Fact]
    public void Texts_ThatDiffer_HaveOtherIdentities() => Prop.ForAll<NonNull<string>, NonNull<string>>((one, other) =>
        (Of(ReadingValue.From(one.Get)) == Of(ReadingValue.From(other.Get)))
            == string.Equals(one.Get, other.Get, StringComparison.Ordinal)).QuickCheckThrowOnFailure();

    [Fact]
    public void Readings_ThatDifferInOneThing_HaveOtherIdentities()
    {
        ulong[] identities =
        [
            Of(ReadingValue.From(1L)), Of(ReadingValue.From(1UL)), Of(ReadingValue.From(true)),
            Of(ReadingValue.From(1.0)), Of(ReadingValue.From(0.0)), Of(ReadingValue.From(-0.0)), Of(ReadingValue.Null),
            Of(ReadingValue.From("1")), Of(ReadingValue.FromJson("1")), Of(ReadingValue.From("")),
            Of(ReadingValue.From("1"u8.ToArray())), Of(ReadingValue.From(new byte[1])),
            Of(ReadingValue.From(new byte[2])),
            Of(ReadingValue.From(1L), "q"), Of(ReadingValue.From(1L), "p", Quality.Uncertain),
        ];

        Assert.Equal(identities.Length, identities.Distinct().Count());
    }

    /// <summary>They are on disk: another number would give what was seen again.</summary>
    [Fact]
    public void Identity_OfAReading_IsWhatItWas()
    {
        Assert.Equal(0x39BF_78A7_8CBE_A584UL, Of(ReadingValue.From(21.5)));
        Assert.Equal(
            0xD56F_1C7D_B99C_9BEAUL,
            Of(ReadingValue.From("a longer text than eight bytes"), "line/temp", Quality.Bad));
    }

    private static ulong Of(ReadingValue value, string point = "p", Quality quality = default) =>
        ReadingIdentity.Of(new Reading(point, DateTimeOffset.UnixEpoch, value, quality));
}
