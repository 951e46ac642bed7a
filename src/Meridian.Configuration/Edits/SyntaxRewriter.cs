using System.Buffers;
using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;
using Meridian.Configuration.Json;

namespace Meridian.Configuration.Edits;

/// <summary>
/// Writes a file with changes: what did not change is copied byte by byte, comments included. A comment goes with the
/// entry behind which it stands on the same line, or directly above which it stands; one with an empty line below it
/// stays.
/// </summary>
internal sealed class SyntaxRewriter
{
    private const string Step = "  ";

    private readonly ReadOnlyMemory<byte> _text;
    private readonly ArrayBufferWriter<byte> _output = new();
    private readonly string _newLine;
    private bool _isInLineComment; // What is written last ends in one.

    private SyntaxRewriter(ReadOnlyMemory<byte> text)
    {
        _text = text;
        _newLine = text.Span.IndexOf("\r\n"u8) >= 0 ? "\r\n" : "\n";
    }

    /// <summary>Writes a text anew.</summary>
    /// <param name="text">The text, without a byte order mark.</param>
    /// <param name="syntax">What it says.</param>
    /// <param name="change">What becomes of it.</param>
    public static byte[] Rewrite(ReadOnlyMemory<byte> text, JsonSyntax syntax, SyntaxChange change)
    {
        var rewriter = new SyntaxRewriter(text);
        rewriter.Copy(0, syntax.Span.Start);
        rewriter.Write(syntax, change);
        rewriter.Copy(syntax.Span.End, text.Length);
        return rewriter._output.WrittenSpan.ToArray();
    }

    private void Write(JsonSyntax syntax, SyntaxChange change)
    {
        switch (change)
        {
            case ReplaceChange replace:
                Append(SyntaxPrinter.Print(replace.Value, IndentationAt(syntax.Span.Start), _newLine));
                break;
            case EntriesChange entries:
                WriteEntries(syntax, entries.Entries);
                break;
            default:
                Copy(syntax.Span.Start, syntax.Span.End);
                break;
        }
    }

    private void WriteEntries(JsonSyntax syntax, IReadOnlyList<EntryChange> entries)
    {
        var layout = EntryLayout.Of(_text.Span, syntax);
        var slots = layout.Slots;
        var (lead, isBroken) = LeadOfNew(syntax, layout, entries);
        Copy(syntax.Span.Start, syntax.Span.Start + 1);
        _isInLineComment = false;
        var kept = new HashSet<int>(entries.Select(static entry => entry.Source));
        var next = 0;
        for (var i = 0; i < entries.Count; i++)
        {
            var (source, name, change) = entries[i];
            if (source >= 0)
            {
                // Of those that are gone, what stands above an empty line is not theirs.
                for (; next < source; next++)
                {
                    CopyRemains(slots, next, kept);
                }

                next = Math.Max(next, source + 1);
                BreakAfterComment(slots[source].LeadStart, syntax);
                var first = slots[i == 0 && IsSpace(slots[source]) && IsSpace(slots[0]) ? 0 : source];
                Copy(first.LeadStart, first.Start);
                WriteEntry(syntax, source, change);
            }
            else
            {
                _isInLineComment = false; // A lead that follows a comment is a broken one.
                Append(i == 0 && !isBroken && syntax is ListSyntax ? string.Empty : lead);
                Append(name is null ? string.Empty : $"{SyntaxPrinter.Name(name)}: ");
                var value = ((ReplaceChange)change).Value; // A new entry has nothing to keep.
                Append(SyntaxPrinter.Print(value, lead.TrimStart('\r', '\n'), _newLine));
            }

            WriteComma(layout, source, isLast: i == entries.Count - 1);
        }

        for (; next < slots.Count; next++)
        {
            CopyRemains(slots, next, kept);
        }

        BreakAfterComment(layout.TailStart, syntax);
        WriteTail(syntax, layout, entries.Count > 0, isBroken);
        Copy(syntax.Span.End - 1, syntax.Span.End);
    }

    private void WriteEntry(JsonSyntax syntax, int index, SyntaxChange change)
    {
        switch (syntax)
        {
            case ObjectSyntax { Members: var members }:
                Copy(members[index].Start, members[index].Value.Span.Start);
                Write(members[index].Value, change);
                break;
            case ListSyntax { Elements: var elements }:
                Write(elements[index], change);
                break;
            default:
                throw new UnreachableException("Only objects and lists have entries.");
        }
    }

    // Between two entries there is one comma; behind the last as many as there were.
    private void WriteComma(EntryLayout layout, int source, bool isLast)
    {
        var wants = !isLast || layout.HasTrailingComma;
        if (source < 0)
        {
            Append(wants ? "," : string.Empty);
            return;
        }

        var slot = layout.Slots[source];
        if (slot.Comma >= 0)
        {
            Copy(slot.End, slot.Comma);
            Copy(slot.Comma + (wants ? 0 : 1), slot.TrailEnd);
        }
        else
        {
            Append(wants ? "," : string.Empty);
            Copy(slot.End, slot.TrailEnd);
        }

        _isInLineComment = _text.Span[slot.End..slot.TrailEnd].IndexOf("//"u8) >= 0;
    }

    // An entry that came from elsewhere may have stood on a line with another.
    private void BreakAfterComment(int next, JsonSyntax syntax)
    {
        if (_isInLineComment && _text.Span[next] is not ((byte)'\r' or (byte)'\n'))
        {
            Append(_newLine + IndentationAt(syntax.Span.Start) + Step);
        }

        _isInLineComment = false;
    }

    private void CopyRemains(IReadOnlyList<EntrySlot> slots, int index, HashSet<int> kept)
    {
        if (!kept.Contains(index) && slots[index].OwnStart > slots[index].LeadStart)
        {
            _isInLineComment = false; // It begins with the end of a line.
            Copy(slots[index].LeadStart, slots[index].OwnStart);
        }
    }

    private void WriteTail(JsonSyntax syntax, EntryLayout layout, bool hasEntries, bool isBroken)
    {
        var tail = _text.Span[layout.TailStart..(syntax.Span.End - 1)];
        if (layout.Slots.Count > 0 || !hasEntries || tail.IndexOfAnyExcept(" \t\r\n"u8) >= 0)
        {
            Copy(layout.TailStart, syntax.Span.End - 1);
            return;
        }

        // It was empty: what comes in decides how it looks.
        Append(isBroken ? _newLine + IndentationAt(syntax.Span.Start) : syntax is ObjectSyntax ? " " : string.Empty);
    }

    /// <summary>What stands before a new entry: as before those that are there.</summary>
    private (string Lead, bool IsBroken) LeadOfNew(
        JsonSyntax syntax, EntryLayout layout, IReadOnlyList<EntryChange> entries)
    {
        if (layout.Slots is [.., var last] && _text.Span[last.LeadStart..last.Start].Contains((byte)'\n'))
        {
            return (_newLine + IndentationAt(last.Start), true);
        }

        var holdsRecords = layout.Slots.Count == 0
            && entries.Any(static entry => entry.Change is ReplaceChange { Value: JsonObject });
        var isBroken = holdsRecords || _text.Span[syntax.Span.Start..syntax.Span.End].Contains((byte)'\n');
        return isBroken ? (_newLine + IndentationAt(syntax.Span.Start) + Step, true) : (" ", false);
    }

    /// <summary>The white space with which the line of a place begins.</summary>
    private string IndentationAt(int position)
    {
        var text = _text.Span;
        var start = text[..position].LastIndexOf((byte)'\n') + 1;
        var end = start;
        while (end < position && text[end] is (byte)' ' or (byte)'\t')
        {
            end++;
        }

        return Encoding.UTF8.GetString(text[start..end]);
    }

    private bool IsSpace(EntrySlot slot) =>
        _text.Span[slot.LeadStart..slot.Start].IndexOfAnyExcept((byte)' ', (byte)'\t') < 0;

    private void Copy(int start, int end) => _output.Write(_text.Span[start..end]);

    private void Append(string text) => Encoding.UTF8.GetBytes(text, _output);
}
