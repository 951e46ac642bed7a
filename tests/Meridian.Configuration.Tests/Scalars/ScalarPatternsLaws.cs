using System.Text.RegularExpressions;
using FsCheck;
using FsCheck.Fluent;
using Meridian.Configuration.Scalars;
using Meridian.Sdk.Settings;

namespace Meridian.Configuration.Tests.Scalars;

/// <summary>What looks like a scalar is one, and what is one looks like it.</summary>
public sealed class ScalarPatternsLaws
{
    private static readonly string[] Pieces =
    [
        "0", "1", "9", "23", "59", "60", ".", ":", "-", "+", " ", "s", "ms", "min", "h", "d", "us", "K", "k", "M", "i",
        "B", "b", "T", "Z", "\0", "\u0085", "\u00A0", "\t", "2026-01-31T", "12:00", "00:00:10", "e", "10 ", "6f9619ff",
        "-8b86-4011-b42d-00c04fc964ff", "0x", "http:", "//h", "$", "${x}", "é",
    ];

    public static TheoryData<Type> Types =>
        [typeof(TimeSpan), typeof(ByteSize), typeof(Guid), typeof(DateTimeOffset), typeof(char), typeof(Uri)];

    [Theory]
    [MemberData(nameof(Types))]
    public void Text_ThatIsTaken_MatchesItsPattern(Type type)
    {
        var shape = ScalarShapes.Find(type)!;
        var pattern = new Regex(
            $@"\A(?:{shape.Pattern})\z", RegexOptions.CultureInvariant, TimeSpan.FromSeconds(5));

        Prop.ForAll(Gen.Elements(Pieces).ArrayOf().Select(string.Concat).ToArbitrary(), text =>
            shape.Read(text).Value is null || pattern.IsMatch(text))
            .Check(Config.QuickThrowOnFailure.WithMaxTest(5_000));
    }

    [Theory]
    [InlineData(typeof(TimeSpan))]
    [InlineData(typeof(ByteSize))]
    public void Text_ThatMatches_IsTaken(Type type)
    {
        var shape = ScalarShapes.Find(type)!;
        var pattern = new Regex(
            $@"\A(?:{shape.Pattern})\z", RegexOptions.CultureInvariant, TimeSpan.FromSeconds(5));

        // Of few pieces: a long number is beyond what the type holds.
        Prop.ForAll(Gen.Elements([.. Pieces, "", ""]).ArrayOf(5).Select(string.Concat).ToArbitrary(), text =>
            !pattern.IsMatch(text) || shape.Read(text).Value is not null)
            .Check(Config.QuickThrowOnFailure.WithMaxTest(5_000));
    }

    [Theory]
    [InlineData(typeof(TimeSpan), "10 s")]
    [InlineData(typeof(TimeSpan), "10\u00A0s")]
    [InlineData(typeof(TimeSpan), " 1.5 min ")]
    [InlineData(typeof(TimeSpan), "1.23:59:59.9999999")]
    [InlineData(typeof(ByteSize), "1.5 gib")]
    [InlineData(typeof(ByteSize), "4096")]
    [InlineData(typeof(Guid), "6F9619FF-8B86-4011-b42d-00C04FC964FF")]
    [InlineData(typeof(DateTimeOffset), "2026-01-31T12:00Z")]
    [InlineData(typeof(DateTimeOffset), "2026-01-31T12:00:00.1234567+05:30")]
    [InlineData(typeof(Uri), "tcp://host:1883")]
    [InlineData(typeof(Uri), "http://h/$metadata")]
    [InlineData(typeof(char), ";")]
    public void Text_AsPeopleWriteIt_IsTaken(Type type, string text) =>
        Assert.NotNull(ScalarShapes.Find(type)!.Read(text).Value);

    [Theory]
    [InlineData(typeof(TimeSpan), "-00:00:00")]
    [InlineData(typeof(TimeSpan), "10\0 s")]
    [InlineData(typeof(TimeSpan), "10\u0085s")]
    [InlineData(typeof(TimeSpan), "24:00:00")]
    [InlineData(typeof(ByteSize), "1.5")]
    [InlineData(typeof(ByteSize), "1.5 B")]
    [InlineData(typeof(Guid), "0x9619ff-8b86-4011-b42d-00c04fc964ff")]
    [InlineData(typeof(Guid), " 6f9619ff-8b86-4011-b42d-00c04fc964ff")]
    [InlineData(typeof(DateTimeOffset), "2026-01-31T12:00:00")]
    [InlineData(typeof(char), "\uD83D\uDE00")]
    public void Text_ThatNobodyWrites_IsRefused(Type type, string text) =>
        Assert.Null(ScalarShapes.Find(type)!.Read(text).Value);
}
