using System.Globalization;
using System.Text;
using System.Text.Json;
using Meridian.Journal;

namespace Meridian.Engine.Replays;

/// <summary>
/// The replays as the journal keeps them: checkpoints of a source of its own. One caller at a time writes one of them.
/// </summary>
/// <remarks>Drawn in docs/formats/replays.md.</remarks>
internal sealed class ReplayBook(JournalLog journal)
{
    private const string ReplayKey = "replay/";
    private const string ForgottenKey = "forgotten/";
    private const string LastKey = "last";

    private readonly JournalSource _source = journal.Source("#replays");
    private long _last;

    /// <summary>The number of the next replay. None is used twice in a journal.</summary>
    public long Next => _last + 1;

    /// <summary>Reads all of it.</summary>
    /// <param name="unreadable">Told the keys that a later version wrote.</param>
    public (IReadOnlyList<KeptReplay> Replays, IReadOnlyDictionary<string, ReplayCounts> Forgotten) Read(
        Action<string> unreadable)
    {
        var replays = new List<KeptReplay>();
        var forgotten = new Dictionary<string, ReplayCounts>(StringComparer.OrdinalIgnoreCase);
        foreach (var (key, value) in journal.GetCheckpoints(_source))
        {
            if (string.Equals(key, LastKey, StringComparison.Ordinal))
            {
                _last = long.Parse(Encoding.ASCII.GetString(value.Span), CultureInfo.InvariantCulture);
            }
            else if (key.StartsWith(ReplayKey, StringComparison.Ordinal) && KeptReplay.Read(value.Span) is { } replay)
            {
                replays.Add(replay);
            }
            else if (key.StartsWith(ForgottenKey, StringComparison.Ordinal) && ReadCounts(value.Span) is { } counts)
            {
                forgotten[key[ForgottenKey.Length..]] = counts;
            }
            else
            {
                unreadable(key);
            }
        }

        return ([.. replays.OrderBy(static one => one.Number)], forgotten);
    }

    /// <summary>Takes in a new replay, durably, in place of one that is forgotten but for its counts.</summary>
    /// <param name="replay">The new one, with the next number.</param>
    /// <param name="forgotten">The one that is forgotten; null for none.</param>
    /// <param name="counts">What all that were forgotten of its North have come to, with it.</param>
    /// <param name="cancellationToken">Cancels the wait for room in the journal.</param>
    public async Task AddAsync(
        KeptReplay replay, KeptReplay? forgotten, ReplayCounts counts, CancellationToken cancellationToken)
    {
        var last = Encoding.ASCII.GetBytes(replay.Number.ToString(CultureInfo.InvariantCulture));
        var checkpoints = new List<JournalCheckpoint>
        {
            new(KeyOf(replay), replay.ToBytes()),
            new(LastKey, last),
        };
        if (forgotten is not null)
        {
            checkpoints.Add(new JournalCheckpoint(KeyOf(forgotten), default));
            checkpoints.Add(new JournalCheckpoint(
                ForgottenKey + forgotten.North,
                JsonSerializer.SerializeToUtf8Bytes(counts, KeptReplayJson.Default.ReplayCounts)));
        }

        await journal.StoreCheckpointsAsync(_source, checkpoints.ToArray(), cancellationToken).ConfigureAwait(false);
        _last = replay.Number;
    }

    /// <summary>Keeps a replay as it is now, durably.</summary>
    public async Task StoreAsync(KeptReplay replay, CancellationToken cancellationToken)
    {
        JournalCheckpoint[] kept = [new(KeyOf(replay), replay.ToBytes())];
        await journal.StoreCheckpointsAsync(_source, kept, cancellationToken).ConfigureAwait(false);
    }

    private static string KeyOf(KeptReplay replay) => ReplayKey + replay.Id;

    private static ReplayCounts? ReadCounts(ReadOnlySpan<byte> bytes)
    {
        try
        {
            return JsonSerializer.Deserialize(bytes, KeptReplayJson.Default.ReplayCounts);
        }
        catch (JsonException)
        {
            // Of a later version: it is left as it is.
            return null;
        }
    }
}
