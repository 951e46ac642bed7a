using System.Globalization;
using Meridian.Connectors.Postgres.Copying;
using Meridian.Sdk.North;
using Meridian.Sdk.Readings;

namespace Meridian.Connectors.Postgres.North;

/// <summary>
/// Turns readings into rows of the tall layout, in the order of <see cref="ReadingsTable.Columns"/>, and finds those
/// that PostgreSQL cannot hold. Pure.
/// </summary>
internal static class ReadingRows
{
    // 2^53: up to here a double holds every integer exactly.
    private const long ExactInDouble = 1L << 53;

    // PostgreSQL holds at most 1 GiB − 1 in a field; its row on the way to disk may need more than the field itself.
    private const int MaxFieldBytes = 512 * 1024 * 1024;

    // All fields but the texts and the bytes, each with its length, and the longest integer's text.
    private const int FixedBytes = 2 + (9 * 4) + 8 + 8 + 8 + 8 + 2 + 16 + 20;

    // 2000-01-01 UTC, where PostgreSQL's time begins, in µs since 0001-01-01.
    private static readonly long EpochMicroseconds =
        new DateTime(2000, 1, 1, 0, 0, 0, DateTimeKind.Utc).Ticks / TimeSpan.TicksPerMicrosecond;

    /// <summary>Writes one row.</summary>
    public static void Write(CopyBuffer buffer, in Reading reading, long position, Guid journalId)
    {
        var value = reading.Value;
        var text = value.Kind is ReadingValueKind.String or ReadingValueKind.Json ? value.AsString() : null;
        var bytes = value.Kind == ReadingValueKind.Bytes ? value.AsBytes().Span : default;
        buffer.Reserve(FixedBytes + (3 * (reading.Point.Length + (text?.Length ?? 0))) + bytes.Length);

        buffer.WriteRow(ReadingsTable.FieldCount);

        // Cut to the microsecond, not rounded: no reading moves into the future, and order is kept.
        buffer.WriteInt64((reading.Timestamp.UtcTicks / TimeSpan.TicksPerMicrosecond) - EpochMicroseconds);
        buffer.WriteText(reading.Point);
        WriteNumber(buffer, value);
        WriteText(buffer, value, text);
        if (value.Kind == ReadingValueKind.Bytes)
        {
            buffer.WriteBytes(bytes);
        }
        else
        {
            buffer.WriteNull();
        }

        buffer.WriteInt64(reading.Quality.StatusCode);
        buffer.WriteInt64(position);
        buffer.WriteInt16((short)value.Kind);
        buffer.WriteGuid(journalId);
    }

    /// <summary>The readings that PostgreSQL cannot hold; null when it can hold all.</summary>
    public static List<Rejection>? FindRefused(ReadOnlySpan<Reading> readings)
    {
        List<Rejection>? refused = null;
        for (var i = 0; i < readings.Length; i++)
        {
            if (Problem(in readings[i]) is { } reason)
            {
                (refused ??= []).Add(new Rejection(i, reason));
            }
        }

        return refused;
    }

    private static void WriteNumber(CopyBuffer buffer, in ReadingValue value)
    {
        switch (value.Kind)
        {
            case ReadingValueKind.Double:
                buffer.WriteDouble(value.AsDouble());
                break;
            case ReadingValueKind.Int64:
                buffer.WriteDouble(value.AsInt64());
                break;
            case ReadingValueKind.UInt64:
                buffer.WriteDouble(value.AsUInt64());
                break;
            case ReadingValueKind.Boolean:
                buffer.WriteDouble(value.AsBoolean() ? 1 : 0);
                break;
            default:
                buffer.WriteNull();
                break;
        }
    }

    private static void WriteText(CopyBuffer buffer, in ReadingValue value, string? text)
    {
        Span<char> digits = stackalloc char[20];
        switch (value.Kind)
        {
            case ReadingValueKind.String or ReadingValueKind.Json:
                buffer.WriteText(text);
                break;
            case ReadingValueKind.Int64 when value.AsInt64() is > ExactInDouble or < -ExactInDouble:
                value.AsInt64().TryFormat(digits, out var signed, provider: CultureInfo.InvariantCulture);
                buffer.WriteText(digits[..signed]);
                break;
            case ReadingValueKind.UInt64 when value.AsUInt64() > ExactInDouble:
                value.AsUInt64().TryFormat(digits, out var unsigned, provider: CultureInfo.InvariantCulture);
                buffer.WriteText(digits[..unsigned]);
                break;
            default:
                buffer.WriteNull();
                break;
        }
    }

    private static string? Problem(in Reading reading)
    {
        var problem = TextProblem(reading.Point);
        if (problem is not null)
        {
            return $"The point's name {problem}.";
        }

        problem = reading.Value.Kind switch
        {
            ReadingValueKind.String or ReadingValueKind.Json => TextProblem(reading.Value.AsString()),
            ReadingValueKind.Bytes when reading.Value.AsBytes().Length > MaxFieldBytes => TooLong,
            _ => null,
        };
        return problem is null ? null : $"The value of '{reading.Point}' {problem}.";
    }

    private static string? TextProblem(string text)
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

    private const string TooLong = "is longer than 512 MiB (for text: than a third of it in characters)";

    private static bool HasLoneSurrogate(ReadOnlySpan<char> text)
    {
        while (!text.IsEmpty)
        {
            if (System.Text.Rune.DecodeFromUtf16(text, out _, out var used) != System.Buffers.OperationStatus.Done)
            {
                return true;
            }

            text = text[used..];
        }

        return false;
    }
}
