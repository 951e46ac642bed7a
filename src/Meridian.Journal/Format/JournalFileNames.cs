using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Meridian.Journal.Format;

/// <summary>The names of the files in a journal folder.</summary>
internal static class JournalFileNames
{
    /// <summary>Held while a process has the journal open.</summary>
    public const string Lock = "journal.lock";

    /// <summary>The id of the process that has or had the journal open, for the message to the next one.</summary>
    public const string Holder = "journal.pid";

    /// <summary>The journal's id.</summary>
    public const string Identity = "journal.id";

    /// <summary>The identity while it is written aside.</summary>
    public const string NewIdentity = "journal.id.new";

    /// <summary>The reserved space.</summary>
    public const string Reserve = "reserve";

    /// <summary>The reserved space while it is made.</summary>
    public const string NewReserve = "reserve.new";

    /// <summary>The folder of the files that records refer to.</summary>
    public const string Files = "files";

    /// <summary>The two slots of the index.</summary>
    [SuppressMessage("Performance", "CA1819", Justification = "Two constants that only this project sees.")]
    public static string[] IndexSlots { get; } = ["index.0", "index.1"];

    /// <summary>The two slots of the cursors in format version 1.</summary>
    [SuppressMessage("Performance", "CA1819", Justification = "Two constants that only this project sees.")]
    public static string[] CursorSlots { get; } = ["cursors.0", "cursors.1"];

    private const string SegmentSuffix = ".seg";

    private const int DigitsOfPosition = 20;

    /// <summary>
    /// The name of a segment: its first position, and a number that tells apart segments of the same first position, of
    /// which only the last one counts. Names sort as their segments follow each other.
    /// </summary>
    public static string Segment(long first, int attempt)
        => string.Create(CultureInfo.InvariantCulture, $"{first:D20}-{attempt:D4}{SegmentSuffix}");

    /// <summary>Reads a name of a segment.</summary>
    public static bool TryParseSegment(string name, out long first, out int attempt)
    {
        attempt = 0;
        first = 0;
        return name.Length > DigitsOfPosition + 1 && name[DigitsOfPosition] == '-'
            && name.EndsWith(SegmentSuffix, StringComparison.Ordinal)
            && long.TryParse(
                name.AsSpan(0, DigitsOfPosition), NumberStyles.None, CultureInfo.InvariantCulture, out first)
            && int.TryParse(
                name.AsSpan(DigitsOfPosition + 1, name.Length - DigitsOfPosition - 1 - SegmentSuffix.Length),
                NumberStyles.None,
                CultureInfo.InvariantCulture,
                out attempt);
    }

    /// <summary>Whether this program makes files of that name.</summary>
    public static bool IsKnown(string name)
        => name is Lock or Holder or Identity or NewIdentity or Reserve or NewReserve
        || IndexSlots.Contains(name, StringComparer.Ordinal)
        || CursorSlots.Contains(name, StringComparer.Ordinal)
        || name.EndsWith(SetAsideSuffix, StringComparison.Ordinal)
        || TryParseSegment(name, out _, out _);

    /// <summary>The path of a file that records refer to.</summary>
    public static string File(Guid id) => $"{Files}/{id:N}";

    /// <summary>Ends the name of a file that version 1 set aside.</summary>
    public const string SetAsideSuffix = ".damaged";
}
