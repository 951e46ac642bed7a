using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Meridian.Readings;
using Meridian.Sdk.Readings;

namespace Meridian.Engine.Quarantine;

/// <summary>Reads back what lies in a quarantine file, while others add to it.</summary>
internal sealed class QuarantineShelf(QuarantineFile file)
{
    /// <summary>Reads what lies there.</summary>
    /// <param name="from">Where to begin: 0, or where an earlier read ended.</param>
    /// <param name="to">Where to end: no line that begins there or later.</param>
    /// <param name="most">The most data.</param>
    /// <param name="isWanted">Whether data of a position are wanted.</param>
    /// <param name="end">Where to read on.</param>
    public IReadOnlyList<QuarantinedDatum> Read(
        long from, long to, int most, Func<long, bool> isWanted, out long end)
    {
        var found = new List<QuarantinedDatum>();
        if (to == 0)
        {
            end = 0;
            return found;
        }

        using var stream = new FileStream(file.Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        stream.Position = Math.Clamp(from, 0, to);
        end = QuarantineReader.Read(stream, (text, offset) =>
        {
            if (offset >= to || found.Count >= most)
            {
                return false;
            }

            if (QuarantineLine.TryRead(text) is { Kind: QuarantineLineKind.Datum } line
                && file.IsOurs(line)
                && isWanted(line.Positions[0].From)
                && file.Ledger.IsLying(line, offset))
            {
                found.Add(Parse(text, line, offset));
            }

            return true;
        });
        return found;
    }

    /// <summary>The word for a place to read on.</summary>
    public static string WordOf(long offset) => offset.ToString(CultureInfo.InvariantCulture);

    /// <summary>The place that a word means; the beginning for none.</summary>
    /// <exception cref="ArgumentException">It is no such word.</exception>
    public static long PlaceOf(string? word) => word is null
        ? 0
        : long.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out var place)
            ? place
            : throw new ArgumentException(
                $"'{word}' is no page of a quarantine; ask with the Next of a page, or without one.", nameof(word));

    private static QuarantinedDatum Parse(ReadOnlyMemory<byte> text, QuarantineLine line, long offset)
    {
        using var json = JsonDocument.Parse(QuarantineLine.Text(text));
        var root = json.RootElement;
        return new QuarantinedDatum(
            line.Positions[0].From,
            root.TryGetProperty("quarantined"u8, out var since) && since.TryGetDateTimeOffset(out var at)
                ? at
                : default,
            root.TryGetProperty("reason"u8, out var reason) ? reason.ToString() : string.Empty)
        {
            IsDerived = line.IsDerived,
            Reading = root.TryGetProperty("record"u8, out var record) ? Decode(record) : null,
            FileName = root.TryGetProperty("file"u8, out var name) ? name.ToString() : null,
            Content = root.TryGetProperty("content"u8, out var content) ? content.ToString() : null,
            Offset = offset,
        };
    }

    private static Reading? Decode(JsonElement record)
    {
        var readings = new ArrayBufferWriter<Reading>(1);
        try
        {
            return record.ValueKind == JsonValueKind.String
                && record.TryGetBytesFromBase64(out var bytes)
                && new ReadingsDecoder().Decode(bytes, readings) == 1
                    ? readings.WrittenSpan[0]
                    : null;
        }
        catch (ReadingsFormatException)
        {
            // A line that somebody edited: it can be seen and discarded, and not be made up.
            return null;
        }
    }
}
