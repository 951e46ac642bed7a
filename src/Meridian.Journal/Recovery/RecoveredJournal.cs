using Meridian.Journal.Format;
using Meridian.Journal.Segments;
using Meridian.Journal.Storage;

namespace Meridian.Journal.Recovery;

/// <summary>What <see cref="JournalRecovery"/> found: all that writing and reading need to go on.</summary>
internal sealed class RecoveredJournal
{
    public required Guid Id { get; init; }

    public required RecoveryReport Report { get; init; }

    public required IReadOnlyList<Segment> Segments { get; init; }

    public required SourceTable Sources { get; init; }

    /// <summary>The newest segment's file when writing may go on in it.</summary>
    public required IJournalFile? NewestFile { get; init; }

    /// <summary>The source ids that the newest segment defines.</summary>
    public required IReadOnlyCollection<uint> Defined { get; init; }

    /// <summary>The position of the next datum.</summary>
    public required long End { get; init; }

    public required CursorSlot Cursors { get; init; }
}
