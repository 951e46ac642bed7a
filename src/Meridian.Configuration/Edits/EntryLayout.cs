using System.Runtime.InteropServices;
using Meridian.Configuration.Json;

namespace Meridian.Configuration.Edits;

/// <summary>How the entries of an object or a list lie in the text, with what stands around each.</summary>
/// <remarks>
/// <code>
/// [␊  // lead of the first␊  FIRST , // its trail␊  SECOND␊ tail ]
/// </code>
/// </remarks>
internal sealed record EntryLayout
{
    private EntryLayout(IReadOnlyList<EntrySlot> slots, int tailStart) => (Slots, TailStart) = (slots, tailStart);

    /// <summary>The entries, in their order.</summary>
    public IReadOnlyList<EntrySlot> Slots { get; }

    /// <summary>Where what stands behind the last entry begins; it ends before the closing bracket.</summary>
    public int TailStart { get; }

    /// <summary>Whether a comma stands behind the last entry.</summary>
    public bool HasTrailingComma => Slots is [.., { Comma: >= 0 }];

    public static EntryLayout Of(ReadOnlySpan<byte> text, JsonSyntax syntax)
    {
        TextSpan[] spans = syntax switch
        {
            ObjectSyntax { Members: var members } =>
                [.. members.Select(static member => new TextSpan(member.Start, member.Value.Span.End))],
            ListSyntax { Elements: var elements } => [.. elements.Select(static element => element.Span)],
            _ => [],
        };
        var slots = new EntrySlot[spans.Length];
        var from = syntax.Span.Start + 1;
        for (var i = 0; i < spans.Length; i++)
        {
            var (start, end) = spans[i];
            var limit = i + 1 < spans.Length ? spans[i + 1].Start : syntax.Span.End - 1;
            var comma = FindComma(text, end, limit);
            var trailEnd = EndOfTrail(text, comma < 0 ? end : comma + 1, limit);
            slots[i] = new EntrySlot(from, OwnStart(text, from, start), start, end, comma, trailEnd);
            from = trailEnd;
        }

        return new EntryLayout(slots, from);
    }

    private static int FindComma(ReadOnlySpan<byte> text, int from, int limit)
    {
        for (var at = from; at < limit;)
        {
            if (text[at] == ',')
            {
                return at;
            }

            at = SkipComment(text, at, limit) is var next && next > at ? next : at + 1;
        }

        return -1;
    }

    // To the end of the line where only white space and comments are left on it, else nothing.
    private static int EndOfTrail(ReadOnlySpan<byte> text, int from, int limit)
    {
        var at = from;
        while (at < limit && text[at] is not ((byte)'\n' or (byte)'\r'))
        {
            var next = SkipComment(text, at, limit);
            if (next == at && text[at] is not ((byte)' ' or (byte)'\t'))
            {
                return from;
            }

            if (text[at..next].Contains((byte)'\n'))
            {
                return from; // A comment of several lines that begins here is of what follows.
            }

            at = Math.Max(next, at + 1);
        }

        return at < limit ? at : from;
    }

    // Behind the last empty line before the entry: what stands above it is about more than this entry.
    private static int OwnStart(ReadOnlySpan<byte> text, int from, int start)
    {
        var own = from;
        var lineStart = -1;
        for (var at = from; at < start;)
        {
            if (text[at] == '\n')
            {
                if (lineStart >= 0 && text[lineStart..at].Trim(" \t\r"u8).IsEmpty)
                {
                    own = at;
                }

                lineStart = at + 1;
            }

            at = Math.Max(SkipComment(text, at, start), at + 1);
        }

        return own;
    }

    private static int SkipComment(ReadOnlySpan<byte> text, int at, int limit)
    {
        if (at + 1 >= limit || text[at] != '/')
        {
            return at;
        }

        var rest = text[(at + 2)..limit];
        if (text[at + 1] == '/')
        {
            var end = rest.IndexOfAny((byte)'\n', (byte)'\r');
            return end < 0 ? limit : at + 2 + end;
        }

        if (text[at + 1] == '*')
        {
            var end = rest.IndexOf("*/"u8);
            return end < 0 ? limit : at + 2 + end + 2;
        }

        return at;
    }
}

/// <summary>Where an entry lies; places are bytes of the text.</summary>
/// <param name="LeadStart">What stands before it begins: line breaks, white space, comments.</param>
/// <param name="OwnStart">From here on that is about this entry alone.</param>
/// <param name="Start">The entry.</param>
/// <param name="End">The first byte behind it.</param>
/// <param name="Comma">The comma behind it; -1 for none.</param>
/// <param name="TrailEnd">Where what stands behind it on its line ends.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct EntrySlot(int LeadStart, int OwnStart, int Start, int End, int Comma, int TrailEnd);
