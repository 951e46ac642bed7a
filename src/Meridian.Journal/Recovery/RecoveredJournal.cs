using Meridian.Journal.Books;
using Meridian.Journal.Format;
using Meridian.Journal.Segments;
using Meridian.Journal.Storage;

namespace Meridian.Journal.Recovery;

/// <summary>What <see cref="JournalRecovery"/> found: all that writing and reading need to go on.</summary>
internal sealed class RecoveredJournal
{
    public required JournalIdentity Identity { get; init; }

    public required RecoveryReport Report { get; init; }

    public required IReadOnlyList<Segment> Segments { get; init; }

    public required SourceTable Sources { get; init; }

    /// <summary>The newest segment's file when writing may go on in it.</summary>
    public required IJournalFile? NewestFile { get; init; }

    /// <summary>The sources that the newest segment defines.</summary>
    public required IReadOnlyDictionary<uint, string> Defined { get; init; }

    /// <summary>The position of the next datum.</summary>
    public required long End { get; init; }

    /// <summary>The greatest ordinal that was ever given, as far as is known.</summary>
    public required long LastOrdinal { get; init; }

    /// <summary>The greatest sequence of an index slot.</summary>
    public required ulong IndexSequence { get; init; }

    public required IReadOnlyCollection<StoredCursor> Cursors { get; init; }

    public required CheckpointTable Checkpoints { get; init; }

    public required FileTable Files { get; init; }
}
