namespace Meridian.Journal.Format;

/// <summary>
/// What a journal is called. The first id it ever had names its log for ever: it stands in the headers and the index,
/// and the checksums of all records begin with it. A renewal changes what the outside sees and nothing of that.
/// </summary>
/// <param name="Id">The id that makes positions unique; random.</param>
/// <param name="Former">The ids it had before, oldest first; empty when it was never renewed.</param>
internal sealed record JournalIdentity(Guid Id, IReadOnlyList<Guid> Former)
{
    /// <summary>No more former ids are kept: the first one and the newest ones.</summary>
    public const int MaxFormer = 250;

    /// <summary>The source whose checkpoint keeps a copy in the log. Nobody else can write it.</summary>
    public const string Source = "\0journal";

    /// <summary>The key of that checkpoint.</summary>
    public const string Key = "identity";

    /// <summary>The id in the headers, in the index and in the checksums.</summary>
    public Guid Log => Former is [var first, ..] ? first : Id;

    /// <summary>The same journal under a new id.</summary>
    public JournalIdentity Renew(Guid id)
    {
        List<Guid> former = [.. Former, Id];
        if (former.Count > MaxFormer)
        {
            former.RemoveAt(1);
        }

        return new JournalIdentity(id, former);
    }
}
