using Meridian.Journal.Cursors;

namespace Meridian.Journal.Tests;

internal static class BatchExtensions
{
    /// <summary>The records of a batch, still lent.</summary>
    public static List<JournalRecord> ToList(this JournalBatch batch)
    {
        var records = new List<JournalRecord>();
        foreach (var record in batch)
        {
            records.Add(record);
        }

        return records;
    }
}
