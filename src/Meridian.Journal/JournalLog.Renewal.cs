using Meridian.Journal.Format;

namespace Meridian.Journal;

/// <summary>A new id for a journal that was put back.</summary>
public sealed partial class JournalLog
{
    private static TimeSpan RenewalPatience => TimeSpan.FromSeconds(30);

    /// <summary>
    /// Gives the journal a new id, durably. This instance goes on under the old one: it is to be closed. First the copy
    /// in the log, then the file, which counts: once the new id is in force, losing the file does not bring back the
    /// old one.
    /// </summary>
    internal async Task<Guid> RenewAsync(CancellationToken ct)
    {
        var renewed = _identity.Renew(Guid.CreateVersion7(Time.GetUtcNow()));
        JournalCheckpoint[] copy = [new(JournalIdentity.Key, IdentityFile.Encode(renewed))];

        // A refusing disk is tried again for ever; somebody who waits for a command wants to know.
        await StoreCheckpointsAsync(_sources.Get(JournalIdentity.Source), copy, ct)
            .AsTask().WaitAsync(RenewalPatience, Time, ct).ConfigureAwait(false);
        IdentityFile.Store(_storage, renewed);
        return renewed.Id;
    }
}
