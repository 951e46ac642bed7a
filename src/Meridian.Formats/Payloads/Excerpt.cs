using System.Text;

namespace Meridian.Formats.Payloads;

/// <summary>A few characters of what was found, safe to show: short, and without control characters.</summary>
internal static class Excerpt
{
    private const int MaxLength = 40;

    public static string Of(ReadOnlySpan<byte> utf8)
    {
        var isCut = utf8.Length > MaxLength;
        var text = Encoding.UTF8.GetString(isCut ? utf8[..MaxLength] : utf8);
        var shown = string.Create(text.Length, text, static (into, from) =>
        {
            for (var i = 0; i < into.Length; i++)
            {
                into[i] = char.IsControl(from[i]) ? '\uFFFD' : from[i];
            }
        });
        return isCut ? shown + "…" : shown;
    }
}
