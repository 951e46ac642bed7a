using Meridian.Engine.Groups;
using Meridian.Journal;

namespace Meridian.Engine.Accounts;

/// <summary>
/// Keeps one South's account: what a record brings is counted in checkpoints of that record, so that data and counts
/// are durable together or not at all. Staged and settled by the South's pump, one record at a time; read by anyone.
/// </summary>
internal sealed class SouthLedger
{
    /// <summary>A connector that makes up groups without end must not fill the journal with them.</summary>
    private const int MaxGroups = 10_000;

    /// <summary>A key has to fit; longer names are no group of the configuration.</summary>
    private const int MaxGroupLength = 256;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, GroupCount> _groups = new(StringComparer.Ordinal);
    private readonly List<GroupCount> _staged = [];
    private readonly byte[] _value = new byte[SouthTotals.SizeBytes];
    private readonly Func<SouthTotals> _sinceStart;
    private readonly SouthTotals _before;
    private JournalCheckpoint[] _checkpoints = [];
    private SouthTotals _durable;
    private SouthTotals _next;

    /// <summary>Takes up what the journal knows.</summary>
    /// <param name="checkpoints">The South's checkpoints, of whatever kind.</param>
    /// <param name="sinceStart">What else was counted since the start; what was received is left out.</param>
    public SouthLedger(IEnumerable<JournalCheckpoint> checkpoints, Func<SouthTotals> sinceStart)
    {
        _sinceStart = sinceStart;
        foreach (var checkpoint in checkpoints)
        {
            if (string.Equals(checkpoint.Key, SouthTotals.Key, StringComparison.Ordinal))
            {
                HasUnread |= !SouthTotals.TryRead(checkpoint.Value.Span, out _before);
            }
            else if (checkpoint.Key.StartsWith(GroupCount.KeyPrefix, StringComparison.Ordinal))
            {
                var group = new GroupCount(checkpoint.Key[GroupCount.KeyPrefix.Length..]);
                HasUnread |= !group.TryLoad(checkpoint.Value.Span);
                _groups.Add(group.Group, group);
            }
        }

        _durable = _before;
    }

    /// <summary>Whether the journal holds counts that could not be read; they begin anew.</summary>
    public bool HasUnread { get; }

    /// <summary>The account as of now.</summary>
    public SouthAccount Account
    {
        get
        {
            lock (_lock)
            {
                var now = Plus(_durable.Received);
                var groups = _groups.Values
                    .Where(static group => group.Count > 0)
                    .ToDictionary(static group => group.Group, static group => group.Count, StringComparer.Ordinal);
                return new SouthAccount(
                    now.Received, groups, now.Received - groups.Values.Sum(), now.Repeated, now.Undecoded, now.LetGo);
            }
        }
    }

    /// <summary>Whether something was counted that no checkpoint holds.</summary>
    public bool IsBehind => Plus(_durable.Received) != _durable;

    /// <summary>Counts what a record brings.</summary>
    /// <param name="count">All its data.</param>
    /// <param name="runs">The groups of its readings; null for a file or nothing.</param>
    /// <param name="others">The record's other checkpoints.</param>
    /// <returns>All checkpoints of the record; lent until <see cref="Settle"/>.</returns>
    public ReadOnlyMemory<JournalCheckpoint> Stage(
        int count, GroupRuns? runs, ReadOnlyMemory<JournalCheckpoint> others)
    {
        lock (_lock)
        {
            for (var i = 0; i < (runs?.RunCount ?? 0); i++)
            {
                var (readings, name) = runs!.RunAt(i); // the loop has none where there are none
                Stage(name, readings);
            }

            _next = Plus(_durable.Received + count);
        }

        _next.Write(_value);
        var length = others.Length + 1 + _staged.Count;
        if (_checkpoints.Length < length)
        {
            _checkpoints = new JournalCheckpoint[Math.Max(length, 2 * _checkpoints.Length)];
        }

        others.CopyTo(_checkpoints);
        _checkpoints[others.Length] = new JournalCheckpoint(SouthTotals.Key, _value);
        for (var i = 0; i < _staged.Count; i++)
        {
            _checkpoints[others.Length + 1 + i] = new JournalCheckpoint(_staged[i].Key, _staged[i].Value);
        }

        return _checkpoints.AsMemory(0, length);
    }

    /// <summary>The record that was staged is durable, or never will be.</summary>
    public void Settle(bool isDurable)
    {
        lock (_lock)
        {
            foreach (var group in _staged)
            {
                group.Settle(isDurable);
            }

            _staged.Clear();
            _durable = isDurable ? _next : _durable;
        }
    }

    private void Stage(string? name, int readings)
    {
        if (string.IsNullOrEmpty(name) || name.Length > MaxGroupLength)
        {
            return;
        }

        if (!_groups.TryGetValue(name, out var group))
        {
            if (_groups.Count >= MaxGroups)
            {
                return;
            }

            group = new GroupCount(name);
            _groups.Add(name, group);
        }

        if (group.Staged == 0)
        {
            _staged.Add(group);
        }

        group.Staged += readings;
    }

    private SouthTotals Plus(long received)
    {
        var since = _sinceStart();
        return new SouthTotals(
            received,
            _before.Repeated + since.Repeated,
            _before.Undecoded + since.Undecoded,
            _before.LetGo + since.LetGo);
    }
}
