using System.Globalization;
using System.Text;
using Meridian.Sdk.Faults;

namespace Meridian.Formats.Sql.Next;

/// <summary>
/// Where an item stands, as the journal keeps it: <c>sequence/1 4711 id</c>, the last value of a column that was
/// taken, or <c>window/1 2026-11-21T10:00:00.0000000Z</c>, the end of the last window. The number is the version.
/// </summary>
internal static class SqlPosition
{
    private const string SequenceWord = "sequence/1 ";
    private const string WindowWord = "window/1 ";

    public static ReadOnlyMemory<byte> Of(decimal last, string column) => Encoding.UTF8.GetBytes(
        $"{SequenceWord}{last.ToString(CultureInfo.InvariantCulture)} {column}");

    public static ReadOnlyMemory<byte> Of(DateTimeOffset end) => Encoding.UTF8.GetBytes(
        WindowWord + end.UtcDateTime.ToString("O", CultureInfo.InvariantCulture));

    /// <summary>The last value; null to begin.</summary>
    /// <exception cref="ConnectorException">The position is none of a sequence, or one of another column.</exception>
    public static decimal? ReadLast(ReadOnlyMemory<byte>? position, string item, string column)
    {
        if (position is not { } known)
        {
            return null;
        }

        var text = Encoding.UTF8.GetString(known.Span);
        return text.StartsWith(SequenceWord, StringComparison.Ordinal)
            && text[SequenceWord.Length..].Split(' ', 2) is [var number, var of]
            && string.Equals(of, column, StringComparison.OrdinalIgnoreCase)
            && decimal.TryParse(number, NumberStyles.Number, CultureInfo.InvariantCulture, out var last)
            ? last
            : throw NotOurs(item, text, $"the column '{column}'");
    }

    /// <summary>The end of the last window; null to begin.</summary>
    /// <exception cref="ConnectorException">The position is none of windows.</exception>
    public static DateTimeOffset? ReadEnd(ReadOnlyMemory<byte>? position, string item)
    {
        if (position is not { } known)
        {
            return null;
        }

        var text = Encoding.UTF8.GetString(known.Span);
        return text.StartsWith(WindowWord, StringComparison.Ordinal) && DateTimeOffset.TryParseExact(
            text.AsSpan(WindowWord.Length), "O", CultureInfo.InvariantCulture, DateTimeStyles.None, out var end)
            ? end
            : throw NotOurs(item, text, "windows");
    }

    private static ConnectorException NotOurs(string item, string text, string kind)
    {
        const int MaxShown = 60;
        var shown = text.Length > MaxShown ? text[..MaxShown] + "…" : text;
        return new ConnectorException(
            Fault.Misconfigured,
            $"Item '{item}' stands at '{shown}' and now asks by {kind}, which begins elsewhere. Set that back, or "
            + "give it another name to begin anew.");
    }
}
