using Meridian.Sdk.Faults;
using Meridian.Sdk.North;
using Microsoft.Extensions.Logging;

namespace Meridian.Testing.Contexts;

/// <summary>
/// The engine as a North sees it. What was returned as delivered is noted by <see cref="Note"/> and becomes durable
/// later, as in the engine: the two differ until <see cref="PersistDeliveryAsync"/>. Any thread may call any member.
/// </summary>
public sealed class TestNorthContext : INorthContext, IDisposable
{
    private const int MaxStateBytes = 2_048;

    private readonly ContextCore _core;
    private byte[] _noted;
    private byte[] _durable;
    private byte[] _shown;

    /// <summary>Makes the context of a North's first start.</summary>
    /// <param name="options">What it lends; null for the defaults.</param>
    public TestNorthContext(TestContextOptions? options = null)
        : this(options ?? new TestContextOptions(), noted: [], durable: [])
    {
    }

    private TestNorthContext(TestContextOptions options, byte[] noted, byte[] durable)
    {
        _core = new ContextCore(options);
        _noted = _shown = noted;
        _durable = durable;
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
    public ReadOnlyMemory<byte> DeliveryState
    {
        get
        {
            _core.OnStep();
            return _core.Read(() => _shown);
        }
    }

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

    /// <summary>Called on the connector's thread each time it comes back to its context.</summary>
    internal Action OnStep
    {
        set => _core.OnStep = value;
    }

    /// <summary>The engine notes an outcome: its state goes with the cursor from now on.</summary>
    /// <param name="outcome">What the connector returned.</param>
    public void Note(DeliveryOutcome outcome)
    {
        if (outcome.State.Length > MaxStateBytes)
        {
            _core.AddMistake($"A delivery state had {outcome.State.Length} bytes; at most {MaxStateBytes} are kept.");
        }

        if (!outcome.State.IsEmpty)
        {
            var state = outcome.State.ToArray();
            _core.Note(() => _noted = state);
        }
    }

    /// <inheritdoc/>
    public ValueTask PersistDeliveryAsync(CancellationToken cancellationToken)
    {
        _core.Report("asked to make the cursor durable", () => _shown = _durable = _noted);
        return cancellationToken.IsCancellationRequested
            ? ValueTask.FromCanceled(cancellationToken)
            : ValueTask.CompletedTask;
    }

    /// <summary>The context of the next instance.</summary>
    /// <param name="isAfterKill">
    /// Whether the gateway was killed: then what is durable is found, otherwise what was noted.
    /// </param>
    /// <param name="options">What it lends; null for the same.</param>
    public TestNorthContext Restart(bool isAfterKill = false, TestContextOptions? options = null) => _core.Read(
        () => new TestNorthContext(options ?? _core.Options, isAfterKill ? _durable : _noted, _durable));

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
    public void ReportConnected() => _core.ReportConnected();

    /// <inheritdoc/>
    public void ReportRetrying(ConnectorException fault) => _core.ReportRetrying(fault);

    /// <inheritdoc/>
    public void ReportLost(ConnectorException fault) => _core.ReportLost(fault);

    /// <summary>The instance was stopped; what the connector still does is a mistake.</summary>
    public void End() => _core.End();

    /// <inheritdoc/>
    public void Dispose()
    {
        End();
        _core.Dispose();
    }
}
