using System.Globalization;
using System.Text;
using Meridian.Sdk.Readings;

namespace Meridian.Formats.Payloads;

/// <summary>Qualities as text, without allocation.</summary>
internal static class QualityText
{
    /// <summary>
    /// <c>good</c>, <c>uncertain</c> or <c>bad</c> in any case, with <c>0x</c> and a status code behind it as our own
    /// writers put it.
    /// </summary>
    public static bool TryParseWord(ReadOnlySpan<byte> text, out Quality quality)
    {
        var space = text.IndexOf(" 0x"u8);
        var word = space < 0 ? text : text[..space];
        var code = 0u;
        var isWord = space < 0 || uint.TryParse(
            text[(space + 3)..], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out code);
        quality = Ascii.EqualsIgnoreCase(word, "good"u8) ? Quality.Good
            : Ascii.EqualsIgnoreCase(word, "uncertain"u8) ? Quality.Uncertain
            : Quality.Bad;
        isWord = isWord && (!quality.IsBad || Ascii.EqualsIgnoreCase(word, "bad"u8));
        if (space >= 0)
        {
            // The word and the code say the same, or it is none of ours.
            isWord = isWord && code >> 30 == quality.StatusCode >> 30;
            quality = new Quality(code);
        }

        return isWord;
    }

    /// <summary>An OPC UA status code, in decimal digits.</summary>
    public static bool TryParseCode(ReadOnlySpan<byte> text, out Quality quality)
    {
        var isCode = uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var code);
        quality = new Quality(code);
        return isCode;
    }
}
