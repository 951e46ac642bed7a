using System.Threading.Channels;
using Meridian.Mqtt;

namespace Meridian.Connectors.Mqtt.South.Gathering;

/// <summary>
/// Where the read loop and the intake loop meet: one buffer gathers while earlier ones are being stored, so batches
/// grow by themselves when the disk is slower than the network, and a quiet plant waits for nothing.
/// </summary>
/// <remarks>
/// <code>
///  read loop ─ Add ─► [gathering] ─ Take ─► [being stored] × <see cref="MaxStoring"/> ─ receipt ─► acknowledge, use
/// again
/// </code>
/// Memory is bounded: <see cref="MaxStoring"/> + 1 buffers, each full at a stated number of messages or bytes (one
/// message may reach beyond).
/// </remarks>
internal sealed class GatheringBuffer : IDisposable
{
    /// <summary>One on its way to disk and one behind it, so that the engine never waits for the network.</summary>
    public const int MaxStoring = 2;

    private readonly Lock _gate = new();
    private readonly int _maxMessages;
    private readonly long _maxBytes;
    private readonly Action<GatheredReadings> _stored;
    private readonly Stack<GatheredReadings> _free = new();

    // Set while the read loop may go on: the items are known, and there is room or nothing is to be taken any more.
    private readonly ManualResetEventSlim _mayRead = new(initialState: false);

    // Full means "look again": one signal is as good as many.
    private readonly Channel<bool> _signal = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    private GatheredReadings _filling;
    private TaskCompletionSource? _allStored;
    private int _storingCount;
    private bool _isOpen;
    private bool _isClosed;

    /// <param name="maxMessages">How many readings fill a buffer.</param>
    /// <param name="maxBytes">How many bytes of payload fill a buffer.</param>
    /// <param name="stored">Told when the receipt of one has come, before it is used again.</param>
    public GatheringBuffer(int maxMessages, long maxBytes, Action<GatheredReadings> stored)
    {
        _maxMessages = maxMessages;
        _maxBytes = maxBytes;
        _stored = stored;
        _filling = new GatheredReadings(this);
        for (var i = 0; i < MaxStoring; i++)
        {
            _free.Push(new GatheredReadings(this));
        }
    }

    private bool IsFull => _filling.Count >= _maxMessages || _filling.Bytes >= _maxBytes;

    /// <summary>The items are known: from now on messages can be told apart.</summary>
    public void Open()
    {
        lock (_gate)
        {
            _isOpen = true;
            Update();
        }
    }

    /// <summary>
    /// A connection begins; what is closed opens again once the items are known, which may be others than before.
    /// </summary>
    public void Begin()
    {
        lock (_gate)
        {
            _isClosed = false;
            _isOpen = false;
            Update();
        }
    }

    /// <summary>
    /// Waits until a message can be looked at; false when nothing is taken any more. Blocks the read loop on purpose,
    /// which the client allows: nothing more is read, pings go on, and the dead-link clock stands still. This happens
    /// only between connect and the first subscription, and when the buffer is full.
    /// </summary>
    public bool WaitForRoom()
    {
        if (!_mayRead.IsSet)
        {
            Signal();
            _mayRead.Wait();
        }

        return !_isClosed;
    }

    /// <summary>
    /// Whether a message that nobody keeps for us, QoS 0, finds no room. Does not wait once the items are known.
    /// </summary>
    public bool IsFullForQos0
    {
        get
        {
            lock (_gate)
            {
                return _isOpen && !_isClosed && IsFull;
            }
        }
    }

    /// <summary>Takes all readings of one message, after <see cref="WaitForRoom"/>.</summary>
    public void Add(MessageReadings message, in Arrival arrival)
    {
        lock (_gate)
        {
            _filling.Add(message, arrival);
            if (IsFull)
            {
                Update();
            }
        }
    }

    /// <summary>Takes a release. There are never more than the client's window lets be.</summary>
    public void Add(in MqttRelease release)
    {
        lock (_gate)
        {
            _filling.Add(release);
        }
    }

    /// <summary>What comes from now on is of another session of the broker's.</summary>
    public void BeginSession(uint session)
    {
        lock (_gate)
        {
            _filling.BeginSession(session);
        }

        Signal();
    }

    /// <summary>Lets the intake loop look.</summary>
    public void Signal() => _signal.Writer.TryWrite(true);

    /// <summary>
    /// Gives what has gathered, once a buffer is free to gather the next; null when closed and empty.
    /// </summary>
    public async ValueTask<GatheredReadings?> TakeAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            if (TryTake(out var taken))
            {
                return taken;
            }

            await _signal.Reader.ReadAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>The intake's receipt has come: its messages are acknowledged, and the buffer is used again.</summary>
    public void Stored(GatheredReadings stored)
    {
        _stored(stored);
        Return(stored);
    }

    /// <summary>The intake was not taken: its messages stay unacknowledged, the broker sends them again.</summary>
    public void NotTaken(GatheredReadings gathered) => Return(gathered);

    /// <summary>Takes nothing more; what has gathered can still be taken from here.</summary>
    public void Close()
    {
        lock (_gate)
        {
            _isClosed = true;
            Update();
        }

        Signal();
    }

    /// <summary>Ends when every intake that was taken has its receipt.</summary>
    public Task WhenAllStoredAsync()
    {
        lock (_gate)
        {
            if (_storingCount == 0)
            {
                return Task.CompletedTask;
            }

            _allStored ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _allStored.Task;
        }
    }

    /// <summary>Throws away what has gathered and was not taken.</summary>
    /// <param name="forget">Told of it before.</param>
    /// <returns>How many of it nobody sends again.</returns>
    public int Discard(Action<GatheredReadings> forget)
    {
        lock (_gate)
        {
            forget(_filling);
            var lost = _filling.UnacknowledgeableCount;
            _filling.Clear();
            Update();
            return lost;
        }
    }

    public void Dispose() => _mayRead.Dispose();

    private bool TryTake(out GatheredReadings? taken)
    {
        taken = null;
        lock (_gate)
        {
            if (_filling.IsEmpty)
            {
                return _isClosed;
            }

            if (!_free.TryPop(out var next))
            {
                return false;
            }

            next.GoOn(_filling.Session);
            (taken, _filling) = (_filling, next);
            _storingCount++;
            Update();
            return true;
        }
    }

    private void Return(GatheredReadings gathered)
    {
        lock (_gate)
        {
            gathered.Clear();
            _free.Push(gathered);
            if (--_storingCount == 0)
            {
                _allStored?.SetResult();
                _allStored = null;
            }
        }

        Signal();
    }

    private void Update()
    {
        if (_isClosed || (_isOpen && !IsFull))
        {
            _mayRead.Set();
        }
        else
        {
            _mayRead.Reset();
        }
    }
}
