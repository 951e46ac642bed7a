using System.Buffers;
using System.Text;
using Meridian.Sdk.Readings;

namespace Meridian.Connectors.Postgres.North.Layouts;

/// <summary>What PostgreSQL can hold of names, texts and bytes. Pure.</summary>
internal static class StorableText
{
    // PostgreSQL holds at most 1 GiB − 1 in a field; its row on the way to disk may need more than the field itself.
    private const int MaxFieldBytes = 512 * 1024 * 1024;
    private const string TooLong = "is longer than 512 MiB (for text: than a third of it in characters)";

    /// <summary>Why a reading's name or value cannot be held, a whole sentence; null when both can.</summary>
    public static string? FindProblem(in Reading reading)
    {
        if (Problem(reading.Point) is { } ofName)
        {
            return $"The point's name {ofName}.";
        }

        var ofValue = reading.Value.Kind switch
        {
            ReadingValueKind.String or ReadingValueKind.Json => Problem(reading.Value.AsString()),
            ReadingValueKind.Bytes when reading.Value.AsBytes().Length > MaxFieldBytes => TooLong,
            _ => null,
        };
        return ofValue is null ? null : $"The value of '{reading.Point}' {ofValue}.";
    }

    private static string? Problem(string text)
    {
        if (text.Contains('\0', StringComparison.Ordinal))
        {
            return "holds the character NUL (U+0000), which PostgreSQL's text cannot";
        }

        // Almost no text has surrogates at all, and that is a vector search.
        if (text.AsSpan().IndexOfAnyInRange('\uD800', '\uDFFF') >= 0 && HasLoneSurrogate(text))
        {
            return "holds half a character (a lone UTF-16 surrogate), which has no form in UTF-8";
        }

        return text.Length > MaxFieldBytes / 3 ? TooLong : null;
    }

    private static bool HasLoneSurrogate(ReadOnlySpan<char> text)
    {
        while (!text.IsEmpty)
        {
            if (Rune.DecodeFromUtf16(text, out _, out var used) != OperationStatus.Done)
            {
                return true;
            }

            text = text[used..];
        }

        return false;
    }
}
