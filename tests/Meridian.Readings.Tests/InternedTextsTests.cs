using System.Globalization;
using System.Text;

namespace Meridian.Readings.Tests;

public sealed class InternedTextsTests
{
    [Fact]
    public void TextOf_MoreThanTheyHold_ForgetOnlyTheOld()
    {
        var names = new InternedTexts(maxTexts: 4, maxBytes: 1_000);
        var kept = names.TextOf("kept"u8);

        for (var i = 0; i < 100; i++)
        {
            var name = i.ToString(CultureInfo.InvariantCulture);
            Assert.Equal(name, names.TextOf(Encoding.UTF8.GetBytes(name)));
            Assert.Same(kept, names.TextOf("kept"u8));
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("a")]
    [InlineData("ab")]
    [InlineData("Öl °C")]
    public void TextOf_Twice_IsTheSameInstance(string text)
    {
        var texts = new InternedTexts();

        var first = texts.TextOf(Encoding.UTF8.GetBytes(text));

        Assert.Equal(text, first);
        Assert.Same(first, texts.TextOf(Encoding.UTF8.GetBytes(text)));
    }

    [Fact]
    public void TextOf_LongerThanIsKept_IsMadeEachTime()
    {
        var texts = new InternedTexts(maxTextBytes: 3);

        Assert.Equal("abcd", texts.TextOf("abcd"u8));
        Assert.NotSame(texts.TextOf("abcd"u8), texts.TextOf("abcd"u8));
    }

    [Theory]
    [InlineData(3)]
    [InlineData(300)]
    public void TextOf_NoUtf8_IsNull(int length) =>
        Assert.Null(new InternedTexts(maxTextBytes: 100).TextOf(Enumerable.Repeat((byte)0xFF, length).ToArray()));
}
