using System.Diagnostics.CodeAnalysis;
using Meridian.Mqtt.Storage;

namespace Meridian.Mqtt.Tests.Storage;

/// <summary>
/// A store over a disk that may die, beside a model that knows what was promised: of each publication and identifier
/// the states since the last durable one. What a restart finds must be one of them.
/// </summary>
[SuppressMessage(
    "Design", "CA1001:Types that own disposable fields should be disposable", Justification = "Its end is a crash.")]
internal sealed class StoreRun(MemoryFolder folder, int segmentBytes = 600)
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(10);
    private static readonly FileSessionStoreOptions Bounds = new() { MaxBytes = 1024 * 1024 };

    // The first of each list is durable.
    private readonly Dictionary<ulong, List<(long At, State State)>> _publications = [];
    private readonly Dictionary<ushort, List<(long At, bool IsThere)>> _received = [];
    private readonly HashSet<ulong> _failed = [];
    private readonly List<ushort> _freeIdentifiers = [.. Enumerable.Range(1, 9).Select(static i => (ushort)i)];
    private FileSessionStore _store = null!;
    private readonly Lock _gate = new();
    private ulong _lastKey;
    private long _now;
    private bool _isOpen;

    public MemoryFolder Folder { get; private set; } = folder;

    public bool IsDead => Folder.IsDead;

    public FileSessionStoreStatus Status => _store.Status;

    public int FailedAdds => _failed.Count;

    /// <summary>Opens and compares; false when the disk died meanwhile.</summary>
    public async Task<bool> OpenAsync()
    {
        _store = new FileSessionStore(Folder, Bounds with { SegmentBytes = segmentBytes }, Guid.Empty);
        try
        {
            Compare(await _store.OpenAsync("c"));
            _isOpen = true;
            return true;
        }
        catch (MqttStoreException) when (IsDead || Folder.Fails is not null)
        {
            return false;
        }
    }

    public async Task AddAsync(int bytes)
    {
        ulong key;
        long at;
        lock (_gate)
        {
            key = ++_lastKey;
            at = ++_now;
            _publications[key] = [(0, State.Absent), (at, State.Waiting)];
        }

        try
        {
            await _store.AddAsync(Publications.Of(key, bytes)).AsTask().WaitAsync(Deadline);
            MakeDurable(at); // All before it is as well.
        }
        catch (MqttStoreException)
        {
            if (!IsDead)
            {
                lock (_gate)
                {
                    _failed.Add(key);

                    // Gone for good with the next durable change; until then a kill may leave the failed write behind.
                    _publications[key].Add((++_now, State.Absent));
                }
            }
        }
    }

    public void Progress(Random dice)
    {
        var alive = _publications.Where(static p => p.Value[^1].State.IsThere).Select(static p => p.Key).ToArray();
        if (alive.Length == 0)
        {
            return;
        }

        var key = alive[dice.Next(alive.Length)];
        var state = _publications[key][^1].State;
        if (state.Identifier == 0 && _freeIdentifiers.Count > 0 && dice.Next(8) > 0)
        {
            var identifier = _freeIdentifiers[0];
            _freeIdentifiers.RemoveAt(0);
            Note(MqttSessionChangeKind.Assigned, key, identifier, state with { Identifier = identifier });
        }
        else if (state.Identifier != 0 && !state.IsReleased && dice.Next(2) == 0)
        {
            Note(MqttSessionChangeKind.Released, key, 0, state with { IsReleased = true });
        }
        else
        {
            if (state.Identifier != 0)
            {
                _freeIdentifiers.Add(state.Identifier);
            }

            Note(MqttSessionChangeKind.Done, key, 0, State.Absent);
        }
    }

    public void Receive(ushort identifier)
    {
        var states = _received.TryGetValue(identifier, out var known) ? known : _received[identifier] = [(0, false)];
        _store.Note(new MqttSessionChange(
            states[^1].IsThere ? MqttSessionChangeKind.ReceivedDone : MqttSessionChangeKind.Received, 0, identifier));
        states.Add((++_now, !states[^1].IsThere));
    }

    public async Task FlushAsync()
    {
        var at = _now;
        try
        {
            await _store.FlushAsync().AsTask().WaitAsync(Deadline);
            MakeDurable(at);
        }
        catch (MqttStoreException) when (IsDead || Folder.Fails is not null)
        {
            // What was noted stays noted; the model knows nothing new.
        }
    }

    public async Task CloseAsync()
    {
        if (!_isOpen)
        {
            return;
        }

        _isOpen = false;
        try
        {
            await _store.CloseAsync().AsTask().WaitAsync(Deadline);
            MakeDurable(_now);
        }
        catch (MqttStoreException) when (IsDead || Folder.Fails is not null)
        {
            // The same.
        }
    }

    /// <summary>The process ends without a word, and the next one finds the disk as <paramref name="next"/>
    /// says.</summary>
    public async Task EndAsync(Func<MemoryFolder, MemoryFolder> next)
    {
        var after = next(Folder);
        Folder.DiesAt = 0;
        await CloseAsync();
        Folder = after;
    }

    private void Note(MqttSessionChangeKind kind, ulong key, ushort identifier, State state)
    {
        _store.Note(new MqttSessionChange(kind, key, identifier));
        _publications[key].Add((++_now, state));
    }

    private void MakeDurable(long at)
    {
        lock (_gate) // Publications that were added together complete on several threads.
        {
            foreach (var states in _publications.Values)
            {
                states.RemoveRange(0, Math.Max(0, states.FindLastIndex(state => state.At <= at)));
            }

            foreach (var states in _received.Values)
            {
                states.RemoveRange(0, Math.Max(0, states.FindLastIndex(state => state.At <= at)));
            }
        }
    }

    private void Compare(MqttStoredSession session)
    {
        Assert.Equal(session.Publications.Select(static p => p.Key).Order(), session.Publications.Select(p => p.Key));
        Assert.True(session.LastKey <= _lastKey, $"Key {session.LastKey} was invented.");
        var found = session.Publications.ToDictionary(static p => p.Key);
        foreach (var (key, states) in _publications)
        {
            var state = found.Remove(key, out var p)
                ? new State(IsThere: true, p.PacketIdentifier, p.IsReleased)
                : State.Absent;
            Assert.True(
                states.Exists(s => s.State == state), $"{key} is {state}, not one of {string.Join(" | ", states)}.");
            if (p is not null)
            {
                Assert.Equal(
                    Publications.Text(Publications.Of(key, p.Message.Payload.Length)), Publications.Text(p));
            }

            _publications[key] = [(0, state)];
        }

        Assert.Empty(found);
        foreach (var (identifier, states) in _received)
        {
            var isThere = session.ReceivedIdentifiers.Contains(identifier);
            Assert.True(states.Exists(s => s.IsThere == isThere), $"Received {identifier}: {isThere}.");
            _received[identifier] = [(0, isThere)];
        }

        Assert.All(session.ReceivedIdentifiers, identifier => Assert.True(_received.ContainsKey(identifier)));
        _freeIdentifiers.Clear();
        _freeIdentifiers.AddRange(Enumerable.Range(1, 9).Select(static i => (ushort)i)
            .Except(session.Publications.Select(static p => p.PacketIdentifier)));
    }

    private readonly record struct State(bool IsThere, ushort Identifier, bool IsReleased)
    {
        public static readonly State Absent = new(IsThere: false, 0, IsReleased: false);
        public static readonly State Waiting = new(IsThere: true, 0, IsReleased: false);
    }
}
