namespace Meridian.Journal.Inspection;

/// <summary>What a journal folder holds.</summary>
/// <param name="Folder">The folder.</param>
/// <param name="Id">The journal's id; null when neither the identity file nor a segment tells it.</param>
/// <param name="FormerIds">The ids it had before it was put back from a copy, oldest first.</param>
/// <param name="Start">The oldest datum.</param>
/// <param name="End">The position after the last readable datum.</param>
/// <param name="Segments">The segments, oldest first.</param>
/// <param name="Sources">What each source wrote, by name.</param>
/// <param name="Cursors">The cursors as they are on disk, by name.</param>
/// <param name="Checkpoints">How many checkpoints the sources have.</param>
/// <param name="Files">How many files lie beside the segments.</param>
/// <param name="SetAside">How many pieces lie in the folder damaged.</param>
/// <param name="Problems">Every damaged or missing piece, as sentences; empty when all is well.</param>
public sealed record JournalInspection(
    string Folder,
    Guid? Id,
    IReadOnlyList<Guid> FormerIds,
    JournalPosition Start,
    JournalPosition End,
    IReadOnlyList<SegmentInspection> Segments,
    IReadOnlyList<SourceInspection> Sources,
    IReadOnlyList<CursorInspection> Cursors,
    int Checkpoints,
    int Files,
    int SetAside,
    IReadOnlyList<string> Problems);

/// <summary>One segment.</summary>
/// <param name="File">The name of its file.</param>
/// <param name="First">The position it starts at.</param>
/// <param name="End">The position after its last datum.</param>
/// <param name="Bytes">The size of its file.</param>
/// <param name="Records">Records with data.</param>
/// <param name="DamagedBytes">Bytes that are no good record; at the end of the last segment also a torn tail.</param>
public sealed record SegmentInspection(
    string File, JournalPosition First, JournalPosition End, long Bytes, long Records, long DamagedBytes);

/// <summary>One source.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Records">Its records.</param>
/// <param name="Data">Its data.</param>
/// <param name="Bytes">The bytes of its payloads.</param>
/// <param name="Oldest">When its oldest record was appended, UTC.</param>
/// <param name="Newest">When its newest record was appended, UTC.</param>
public sealed record SourceInspection(
    string Name, long Records, long Data, long Bytes, DateTimeOffset Oldest, DateTimeOffset Newest);

/// <summary>One cursor.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Committed">The commit on disk; a running process may be a little ahead.</param>
/// <param name="Waiting">Data from there to the end.</param>
/// <param name="StateBytes">The size of its state.</param>
/// <param name="Dropped">What it was made to pass unread.</param>
public sealed record CursorInspection(
    string Name, JournalPosition Committed, long Waiting, int StateBytes, DroppedRange Dropped);
