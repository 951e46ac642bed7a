using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Threading.Channels;
using Meridian.Sdk.Faults;
using Meridian.Sdk.Intakes;
using Meridian.Sdk.Readings;
using Meridian.Sdk.South;
using Microsoft.Extensions.Logging;

namespace Meridian.Testing.Contexts;

/// <summary>
/// The engine as a South sees it. What is offered is stored by a loop of its own, one intake after the other, and only
/// then comes its receipt; what the connector does against its contract is found in <see cref="Mistakes"/>. Any thread
/// may call any member.
/// </summary>
public sealed class TestSouthContext : ISouthContext, IIntakeSink, IAsyncDisposable
{
    /// <summary>How many intakes wait between the connector and the disk; then an offer waits.</summary>
    private const int Capacity = 4;

    private readonly ContextCore _core;
    private readonly ConcurrentDictionary<string, byte[]> _disk;
    private readonly List<Reading> _readings = [];
    private readonly List<FileContent> _files = [];
    private readonly Dictionary<string, string> _itemProblems = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _undecodedReasons = new(StringComparer.Ordinal);
    private readonly AsyncGate _mayTake = new();
    private readonly AsyncGate _mayStore = new();
    private readonly CancellationTokenSource _end = new();
    private readonly Channel<TakenIntake> _taken = Channel.CreateBounded<TakenIntake>(
        new BoundedChannelOptions(Capacity) { FullMode = BoundedChannelFullMode.Wait, SingleReader = true });

    private readonly Task _storing;
    private int _waitingReceipts;
    private int _offerCount;
    private int _takenCount;
    private long _repeated;
    private long _undecoded;
    private long _letGo;

    /// <summary>Makes the context of a gateway's first start.</summary>
    /// <param name="options">What it lends; null for the defaults.</param>
    public TestSouthContext(TestContextOptions? options = null)
        : this(options ?? new TestContextOptions(), new ConcurrentDictionary<string, byte[]>(StringComparer.Ordinal))
    {
    }

    private TestSouthContext(TestContextOptions options, ConcurrentDictionary<string, byte[]> disk)
    {
        _core = new ContextCore(options);
        _disk = disk;
        _storing = StoreAllAsync(_end.Token);
    }

    /// <inheritdoc/>
    public string Name => _core.Name;

    /// <inheritdoc/>
    public bool IsTest => _core.IsTest;

    /// <inheritdoc/>
    public string Folder => _core.Folder;

    /// <inheritdoc/>
    public ILoggerFactory Loggers => _core.Loggers;

    /// <inheritdoc/>
    public TimeProvider Time => _core.Time;

    /// <inheritdoc/>
    public Random Random => _core.Random;

    /// <inheritdoc/>
    public IIntakeSink Intakes => this;

    /// <summary>How many times the connector said that it is connected.</summary>
    public int ConnectedCount => _core.ConnectedCount;

    /// <summary>Whether that was its last word on the connection.</summary>
    public bool IsConnected => _core.IsConnected;

    /// <summary>Why it tried again by itself, oldest first.</summary>
    public IReadOnlyList<ConnectorException> Retries => _core.Retries;

    /// <summary>Why it gave connections up, oldest first.</summary>
    public IReadOnlyList<ConnectorException> Losses => _core.Losses;

    /// <summary>What the connector did that its contract forbids, each in a sentence. A test asserts that it is empty.
    /// </summary>
    public IReadOnlyList<string> Mistakes => _core.Mistakes;

    /// <summary>How many timers of <see cref="Time"/> wait; more than none after stop is a loop left behind.</summary>
    public int TimerCount => _core.TimerCount;

    /// <summary>The readings that are on disk, as copies, in the order they were stored.</summary>
    public IReadOnlyList<Reading> Readings => _core.Read(() => _readings.ToArray());

    /// <summary>The files that are on disk, in the order they were stored.</summary>
    public IReadOnlyList<FileContent> Files => _core.Read(() => _files.ToArray());

    /// <summary>The items that are not well, with the reason in words.</summary>
    public IReadOnlyDictionary<string, string> ItemProblems =>
        _core.Read(() => new Dictionary<string, string>(_itemProblems, StringComparer.Ordinal));

    /// <summary>How many intakes were taken and have a receipt that has not come.</summary>
    public int WaitingReceipts => _core.Read(() => _waitingReceipts);

    /// <summary>How many intakes were offered.</summary>
    public int OfferCount => _core.Read(() => _offerCount);

    /// <summary>How many of these were taken; <see cref="WaitingReceipts"/> knows of them.</summary>
    internal int TakenCount => _core.Read(() => _takenCount);

    /// <summary>The sum of <see cref="CountRepeated"/>.</summary>
    public long RepeatedCount => _core.Read(() => _repeated);

    /// <summary>How often <see cref="CountUndecoded"/> was called.</summary>
    public long UndecodedCount => _core.Read(() => _undecoded);

    /// <summary>Why something of an item did not decode, the latest reason of each.</summary>
    public IReadOnlyDictionary<string, string> UndecodedReasons =>
        _core.Read(() => new Dictionary<string, string>(_undecodedReasons, StringComparer.Ordinal));

    /// <summary>The sum of <see cref="CountLetGo"/>.</summary>
    public long LetGoCount => _core.Read(() => _letGo);

    /// <summary>Called on the connector's thread each time it comes back to its context.</summary>
    internal Action OnStep
    {
        set => _core.OnStep = value;
    }

    /// <summary>From now on an offer waits, as it does when everything downstream is full.</summary>
    public void Block() => _mayTake.Close();

    /// <summary>Ends what <see cref="Block"/> began.</summary>
    public void Unblock() => _mayTake.Open();

    /// <summary>From now on what is offered is taken and not stored: no receipt comes.</summary>
    public void HoldReceipts() => _mayStore.Close();

    /// <summary>Ends what <see cref="HoldReceipts"/> began.</summary>
    public void ReleaseReceipts() => _mayStore.Open();

    /// <summary>
    /// What a query returned is on disk when this ends. The engine does this between one query and the next.
    /// </summary>
    /// <param name="intake">The content; lent until this ends.</param>
    /// <param name="cancellationToken">Cancels the wait for the disk.</param>
    public async ValueTask StoreAsync(Intake intake, CancellationToken cancellationToken)
    {
        await _mayStore.WaitAsync(cancellationToken).ConfigureAwait(false);
        Store(new TakenIntake(intake));
    }

    /// <summary>The context of the next instance: what is on disk is found again, all else begins anew.</summary>
    /// <param name="options">What it lends; null for the same.</param>
    public TestSouthContext Restart(TestContextOptions? options = null) => new(options ?? _core.Options, _disk);

    /// <summary>Waits until something has come true; it is looked at whenever the connector has done something.
    /// </summary>
    /// <param name="condition">What to wait for, about this context.</param>
    /// <param name="within">How long at most, by the system's clock.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <returns>Whether it came true.</returns>
    public Task<bool> UntilAsync(
        Func<bool> condition, TimeSpan within, CancellationToken cancellationToken = default) =>
        _core.UntilAsync(condition, within, cancellationToken);

    /// <inheritdoc/>
    public async ValueTask OfferAsync(Intake intake, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(intake);
        _core.Report("offered an intake", () => _offerCount++);
        foreach (var mistake in IntakeMistakes.Of(intake))
        {
            _core.AddMistake(mistake);
        }

        var taken = new TakenIntake(intake);
        await _mayTake.WaitAsync(cancellationToken).ConfigureAwait(false);
        await _taken.Writer.WriteAsync(taken, cancellationToken).ConfigureAwait(false);
        _core.Note(() =>
        {
            _waitingReceipts += intake.Receipt is null ? 0 : 1;
            _takenCount++;
        });
    }

    /// <inheritdoc/>
    public ReadOnlyMemory<byte>? FindCheckpoint(string key)
    {
        _core.OnStep();
        return !IsTest && _disk.TryGetValue(key, out var position) ? (ReadOnlyMemory<byte>?)position : null;
    }

    /// <inheritdoc/>
    public void CountRepeated(long count) => _core.Report("counted repeats", () => _repeated += count);

    /// <inheritdoc/>
    public void CountUndecoded(string item, string reason) => _core.Report(
        "counted",
        () =>
        {
            _undecoded++;
            _undecodedReasons[item] = reason;
        });

    /// <inheritdoc/>
    public void CountLetGo(long count, string reason) => _core.Report("counted", () => _letGo += count);

    /// <inheritdoc/>
    public void ReportItem(string item, string? problem) => _core.Report(
        $"reported item '{item}'",
        () =>
        {
            if (problem is null)
            {
                _itemProblems.Remove(item);
            }
            else
            {
                _itemProblems[item] = problem;
            }
        });

    /// <inheritdoc/>
    public void ReportConnected() => _core.ReportConnected();

    /// <inheritdoc/>
    public void ReportRetrying(ConnectorException fault) => _core.ReportRetrying(fault);

    /// <inheritdoc/>
    public void ReportLost(ConnectorException fault) => _core.ReportLost(fault);

    /// <summary>
    /// The instance was stopped: what waits is not stored any more, no receipt comes, and what the connector still does
    /// is a mistake.
    /// </summary>
    public async Task EndAsync()
    {
        _core.End();
        if (!_end.IsCancellationRequested)
        {
            await _end.CancelAsync().ConfigureAwait(false);
        }

        await _storing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await EndAsync().ConfigureAwait(false);
        _end.Dispose();
        _core.Dispose();
    }

    private async Task StoreAllAsync(CancellationToken cancellationToken)
    {
        await foreach (var taken in _taken.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
        {
            await _mayStore.WaitAsync(cancellationToken).ConfigureAwait(false);
            Store(taken);
            _core.Note(() => _waitingReceipts -= taken.Intake.Receipt is null ? 0 : 1);
        }
    }

    [SuppressMessage(
        "Design", "CA1031:Do not catch general exception types", Justification = "It is told as a mistake.")]
    private void Store(TakenIntake taken)
    {
        if (!taken.IsUnchanged)
        {
            _core.AddMistake("The readings of an intake changed before its receipt came; they are lent until then.");
        }

        if (!IsTest)
        {
            foreach (var (key, position) in taken.Intake.Checkpoints)
            {
                _disk[key] = position.ToArray();
            }
        }

        _core.Note(() =>
        {
            _readings.AddRange(taken.Readings);
            if (taken.Intake.Content is FileContent file)
            {
                _files.Add(file);
            }
        });
        if (IsTest)
        {
            return; // Shown and never stored: no receipt comes.
        }

        try
        {
            taken.Intake.Receipt?.Stored();
        }
        catch (Exception thrown)
        {
            _core.AddMistake($"A receipt threw {thrown.GetType().Name}: {thrown.Message}");
        }
    }

    /// <summary>An intake with a copy of its readings as they were offered.</summary>
    private sealed record TakenIntake(Intake Intake)
    {
        public Reading[] Readings { get; } =
            Intake.Content is ReadingsContent content ? content.Readings.ToArray() : [];

        public bool IsUnchanged =>
            Intake.Content is not ReadingsContent content || content.Readings.Span.SequenceEqual(Readings);
    }
}
