namespace Meridian.Journal.Format;

/// <summary>What a record is. Readers pass over types that they do not know.</summary>
internal enum RecordType : byte
{
    /// <summary>Data of a source.</summary>
    Content = 1,

    /// <summary>Gives a source id its name, before the first record of that source in the segment.</summary>
    Source = 2,

    /// <summary>Places of cursors.</summary>
    Commit = 3,

    /// <summary>Checkpoints of one source without content.</summary>
    Checkpoint = 4,

    /// <summary>The last record of a finished segment: where in it positions and times lie, and its sources.</summary>
    Seal = 5,
}
