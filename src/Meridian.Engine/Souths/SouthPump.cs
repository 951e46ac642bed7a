using System.Diagnostics.CodeAnalysis;
using System.Threading.Channels;
using Meridian.Engine.Accounts;
using Meridian.Engine.Telemetry;
using Meridian.Journal;
using Meridian.Sdk.Faults;
using Meridian.Sdk.Intakes;
using Microsoft.Extensions.Logging;

namespace Meridian.Engine.Souths;

/// <summary>
/// Carries a South's intakes to the journal, in order: joins what has gathered into one record, appends it, and when
/// that is durable lets the receipts go. One loop; the channel before it is the bound that the South feels.
/// </summary>
internal sealed partial class SouthPump(JournalLog journal, JournalSource source, ILogger logger) : IIntakeSink
{
    /// <summary>Intakes that may wait. They are batches already, so a few are enough to keep the disk busy.</summary>
    private const int WaitingIntakes = 16;

    /// <summary>An append that takes longer holds its South back: the journal is full, or the disk refuses.</summary>
    private static readonly TimeSpan HeldAfter = TimeSpan.FromSeconds(1);

    private readonly Channel<PendingIntake> _intakes = Channel.CreateBounded<PendingIntake>(
        new BoundedChannelOptions(WaitingIntakes)
        {
            FullMode = BoundedChannelFullMode.Wait,
            SingleReader = true,
            SingleWriter = false,
        });

    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly JoinedIntakes _joined = new();
    private long _received;
    private long _appendingSince = long.MinValue;
    private long _heldUntil = long.MinValue;

    /// <summary>The clock that notices when the disk does not take what comes.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Times what comes while somebody listens; nobody where it is not told to.</summary>
    public SouthTelemetry? Telemetry { get; init; }

    /// <summary>Who counts what comes to the disk; nobody where the account is kept elsewhere.</summary>
    public SouthLedger? Ledger { get; init; }

    /// <summary>
    /// Until when the disk last held back what comes, on the clock that nobody sets: whoever is silent meanwhile may be
    /// held back himself. Now, when it does at this moment.
    /// </summary>
    public long HeldUntil
    {
        get
        {
            var (since, now) = (Interlocked.Read(ref _appendingSince), Time.GetTimestamp());
            return since != long.MinValue && Time.GetElapsedTime(since, now) >= HeldAfter
                ? now
                : Interlocked.Read(ref _heldUntil);
        }
    }

    /// <summary>Data made durable since the gateway started.</summary>
    public long Received => Interlocked.Read(ref _received);

    /// <inheritdoc/>
    /// <remarks>A file is copied on its caller's time; what fails in reading it fails here.</remarks>
    /// <exception cref="ConnectorException">The pump failed or the gateway stops; the intake was not taken.</exception>
    public async ValueTask OfferAsync(Intake intake, CancellationToken cancellationToken)
    {
        var file = intake.Content is FileContent content
            ? await CopyAsync(content, cancellationToken).ConfigureAwait(false)
            : null;
        await OfferAsync(new PendingIntake(intake, file), cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask OfferAsync(PendingIntake intake, CancellationToken cancellationToken)
    {
        try
        {
            await _intakes.Writer.WriteAsync(intake, cancellationToken).ConfigureAwait(false);
        }
        catch (ChannelClosedException closed)
        {
            throw new ConnectorException(
                Fault.Internal,
                $"South '{source.Name}' is not taken from any more: "
                + (closed.InnerException?.Message ?? "the gateway stops."),
                closed.InnerException ?? closed);
        }
    }

    /// <summary>
    /// Offers what a query gave, which has no receipt of its own, and waits until it is on disk: then what is lent may
    /// be used again, and not before, whoever is cancelled meanwhile.
    /// </summary>
    /// <param name="intake">The content.</param>
    /// <param name="cancellationToken">Cancels the wait to be taken.</param>
    /// <exception cref="ConnectorException">The pump has ended; a checkpoint tells if it is on disk.</exception>
    public async Task StoreAsync(Intake intake, CancellationToken cancellationToken)
    {
        var storing = await BeginStoreAsync(intake, cancellationToken).ConfigureAwait(false);
        await storing.ConfigureAwait(false);
    }

    /// <summary>Offers what a query gave, as <see cref="StoreAsync"/> does, and leaves the waiting to the caller.
    /// </summary>
    /// <param name="intake">The content, lent until it is on disk.</param>
    /// <param name="cancellationToken">Cancels the wait to be taken.</param>
    /// <returns>
    /// Ends when it is on disk, or fails as <see cref="StoreAsync"/> does. In the order of the calls.
    /// </returns>
    public async ValueTask<Task> BeginStoreAsync(Intake intake, CancellationToken cancellationToken)
    {
        var stored = new StoredReceipt();
        await OfferAsync(intake with { Receipt = stored }, cancellationToken).ConfigureAwait(false);
        return WaitAsync(stored);
    }

    /// <summary>Copies a file and waits until it is on disk, together with checkpoints that are known only once it was
    /// read.</summary>
    /// <param name="file">The file; what fails in reading it fails here, and nothing of it is kept.</param>
    /// <param name="checkpoints">Asked when the whole file is copied.</param>
    /// <param name="cancellationToken">Cancels the copy, or the wait to be taken.</param>
    /// <exception cref="ConnectorException">As for <see cref="StoreAsync"/>.</exception>
    public async Task StoreFileAsync(
        FileContent file, Func<IReadOnlyList<Checkpoint>> checkpoints, CancellationToken cancellationToken)
    {
        var copy = await CopyAsync(file, cancellationToken).ConfigureAwait(false);
        var stored = new StoredReceipt();
        var intake = new Intake(file) { Checkpoints = checkpoints(), Receipt = stored };
        await OfferAsync(new PendingIntake(intake, copy), cancellationToken).ConfigureAwait(false);
        await WaitAsync(stored).ConfigureAwait(false);
    }

    private async Task WaitAsync(StoredReceipt stored)
    {
        _ = await Task.WhenAny(stored.Task, _ended.Task).ConfigureAwait(false);
        if (!stored.Task.IsCompleted)
        {
            throw new ConnectorException(
                Fault.Internal, $"What South '{source.Name}' has read could not be put on disk; it is read again.");
        }
    }

    /// <summary>No more is offered: the loop ends when what was taken is on disk.</summary>
    public void Complete() => _intakes.Writer.TryComplete();

    /// <summary>
    /// Runs until <see cref="Complete"/> and empty, or until cancelled. When it fails, what was taken and is not on
    /// disk gets no receipt, and whoever offers more, or waits to, hears of it.
    /// </summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (await _intakes.Reader.WaitToReadAsync(cancellationToken).ConfigureAwait(false))
            {
                _joined.Take(_intakes.Reader);
                Interlocked.Exchange(ref _appendingSince, Time.GetTimestamp());
                await AppendAsync(cancellationToken).ConfigureAwait(false);
                Interlocked.Exchange(ref _heldUntil, HeldUntil);
                Interlocked.Exchange(ref _appendingSince, long.MinValue);
                _ = Interlocked.Add(ref _received, _joined.Count);
                Telemetry?.Stored(_joined.Intakes);
                LetReceiptsGo();
            }

            await StoreCountsAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception fault)
        {
            _ = _intakes.Writer.TryComplete(fault);
            throw;
        }
        finally
        {
            _ended.SetResult();
        }
    }

    private async Task<JournalFile> CopyAsync(FileContent file, CancellationToken cancellationToken)
    {
        var content = await file.OpenRead(cancellationToken).ConfigureAwait(false);
        await using (content.ConfigureAwait(false))
        {
            return await journal.StoreFileAsync(file.Name, content, cancellationToken).ConfigureAwait(false);
        }
    }

    private async ValueTask AppendAsync(CancellationToken cancellationToken)
    {
        if (_joined.Count == 0)
        {
            if (!_joined.Checkpoints.IsEmpty)
            {
                await journal.StoreCheckpointsAsync(source, _joined.Checkpoints, cancellationToken)
                    .ConfigureAwait(false);
            }

            return;
        }

        var isDurable = false;
        try
        {
            _ = await journal
                .AppendAsync(
                    source,
                    _joined.Count,
                    _joined.Payload,
                    _joined.ContentType,
                    Ledger?.Stage(_joined.Count, _joined.Groups, _joined.Checkpoints) ?? _joined.Checkpoints,
                    _joined.File,
                    cancellationToken)
                .ConfigureAwait(false);
            isDurable = true;
        }
        finally
        {
            Ledger?.Settle(isDurable);
        }
    }

    /// <summary>
    /// At the end: what was counted since the last record. A full journal has no room for that alone.
    /// </summary>
    private async ValueTask StoreCountsAsync(CancellationToken cancellationToken)
    {
        if (Ledger is { IsBehind: true } && !journal.Status.IsFull)
        {
            await journal.StoreCheckpointsAsync(source, Ledger.Stage(0, null, default), cancellationToken)
                .ConfigureAwait(false);
            Ledger.Settle(isDurable: true);
        }
    }

    [SuppressMessage(
        "Design",
        "CA1031:Do not catch general exception types",
        Justification = "A receipt of a connector that fails must not keep the others from theirs; it is logged.")]
    private void LetReceiptsGo()
    {
        foreach (var intake in _joined.Intakes)
        {
            try
            {
                intake.Receipt?.Stored();
            }
            catch (Exception fault)
            {
                LogReceiptFailed(fault, source.Name);
            }
        }

        _joined.Clear();
    }

    [LoggerMessage(
        EventIds.ReceiptFailed,
        LogLevel.Warning,
        "{South} failed to take a receipt: what it had given is on disk, but its source may send it again.")]
    private partial void LogReceiptFailed(Exception fault, string south);

    private sealed class StoredReceipt : IReceipt
    {
        private readonly TaskCompletionSource _stored = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Task => _stored.Task;

        public void Stored() => _stored.TrySetResult();
    }
}
