using Meridian.Sdk.South;

namespace Meridian.Formats.Times;

/// <summary>
/// The variables <c>@StartTime</c> and <c>@EndTime</c> in a text: where a window of time goes in a query, an address or
/// a body. Case does not count. Stateless; any thread.
/// </summary>
public static class TimeVariables
{
    /// <summary>The window's beginning, included.</summary>
    public const string Start = "@StartTime";

    /// <summary>The window's end, excluded.</summary>
    public const string End = "@EndTime";

    /// <summary>Whether a text has a variable.</summary>
    /// <param name="text">The text.</param>
    /// <param name="variable"><see cref="Start"/> or <see cref="End"/>.</param>
    public static bool Has(string text, string variable)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.Contains(variable, StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>Puts times in place of the variables.</summary>
    /// <param name="text">The text.</param>
    /// <param name="window">The window.</param>
    /// <param name="codec">How times are written there.</param>
    /// <param name="encode">What a time must pass before it stands in the text, such as the escapes of an address.
    /// </param>
    public static string Fill(
        string text, HistoryWindow window, TimestampCodec codec, Func<string, string>? encode = null)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(codec);

        encode ??= static time => time;
        return text
            .Replace(Start, encode(codec.Write(window.Start)), StringComparison.OrdinalIgnoreCase)
            .Replace(End, encode(codec.WriteEnd(window.End)), StringComparison.OrdinalIgnoreCase);
    }
}
