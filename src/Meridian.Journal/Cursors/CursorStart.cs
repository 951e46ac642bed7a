namespace Meridian.Journal.Cursors;

/// <summary>Where a cursor begins that the journal does not know yet.</summary>
public enum CursorStart
{
    /// <summary>At the oldest datum that the journal still has.</summary>
    Oldest,

    /// <summary>After the last durable datum: only what comes from now on.</summary>
    End,
}
