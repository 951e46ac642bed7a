using System.Text.Json;

namespace Meridian.Engine.Quarantine;

/// <summary>What one line of a quarantine file says. Drawn in docs/formats/quarantine.md.</summary>
/// <param name="Kind">What kind of line it is.</param>
/// <param name="Journal">The journal whose positions it means.</param>
/// <param name="Positions">The positions: one of a datum, ranges from inclusive to exclusive of the others.</param>
internal sealed record QuarantineLine(
    QuarantineLineKind Kind, Guid Journal, IReadOnlyList<(long From, long To)> Positions)
{
    private static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    /// <summary>Of a datum, whether a transform made it, so that its position stands for another.</summary>
    public bool IsDerived { get; init; }

    /// <summary>Of an attempt to deliver, its number.</summary>
    public long Ticket { get; init; }

    /// <summary>Of what was delivered, how many of it transforms had made.</summary>
    public long DerivedCount { get; init; }

    /// <summary>
    /// Reads a line. Null for one that a user edited or a disk damaged: it stays in the file for people, and counts for
    /// nothing.
    /// </summary>
    public static QuarantineLine? TryRead(ReadOnlyMemory<byte> line)
    {
        try
        {
            using var json = JsonDocument.Parse(Text(line));
            var root = json.RootElement;
            var journal = root.GetProperty("journal"u8).GetGuid();
            if (root.TryGetProperty("position"u8, out var position))
            {
                var at = position.GetInt64();
                return at < 0 ? null : new QuarantineLine(QuarantineLineKind.Datum, journal, [(at, at + 1)])
                {
                    IsDerived = root.TryGetProperty("derived"u8, out _),
                };
            }

            var kind = KindOf(root.GetProperty("event"u8).GetString());
            return kind is null ? null : new QuarantineLine(kind.Value, journal, ReadRanges(root))
            {
                Ticket = root.TryGetProperty("ticket"u8, out var ticket) ? ticket.GetInt64() : 0,
                DerivedCount = root.TryGetProperty("derivedCount"u8, out var derived) ? derived.GetInt64() : 0,
            };
        }
        catch (Exception damaged) when (damaged is JsonException or KeyNotFoundException or FormatException
            or InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>The word of an event.</summary>
    public static string WordOf(QuarantineLineKind kind) => kind switch
    {
        QuarantineLineKind.Trying => "trying",
        QuarantineLineKind.Delivered => "delivered",
        QuarantineLineKind.Discarded => "discarded",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "A datum is no event."),
    };

    /// <summary>The line's text, without what an editor may have put before it.</summary>
    public static ReadOnlyMemory<byte> Text(ReadOnlyMemory<byte> line) =>
        line.Span.StartsWith(ByteOrderMark) ? line[ByteOrderMark.Length..] : line;

    private static QuarantineLineKind? KindOf(string? word) => word switch
    {
        "trying" => QuarantineLineKind.Trying,
        "delivered" => QuarantineLineKind.Delivered,
        "discarded" => QuarantineLineKind.Discarded,
        _ => null,
    };

    private static List<(long From, long To)> ReadRanges(JsonElement root)
    {
        var ranges = new List<(long, long)>();
        foreach (var range in root.GetProperty("positions"u8).EnumerateArray())
        {
            ranges.Add((range[0].GetInt64(), range[1].GetInt64()));
        }

        return ranges;
    }
}

/// <summary>What kind of line it is.</summary>
internal enum QuarantineLineKind
{
    /// <summary>A datum that was refused.</summary>
    Datum,

    /// <summary>Data are about to be delivered once more.</summary>
    Trying,

    /// <summary>The destination has data after all.</summary>
    Delivered,

    /// <summary>Data were given up.</summary>
    Discarded,
}
