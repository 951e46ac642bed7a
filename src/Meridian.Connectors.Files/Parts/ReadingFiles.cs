using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using Meridian.Connectors.Files.Encodings;
using Meridian.Sdk.Faults;
using Meridian.Sdk.North;
using Meridian.Sdk.Readings;
using Microsoft.Extensions.Logging;

namespace Meridian.Connectors.Files.Parts;

/// <summary>
/// Readings on their way into files. They are written aside into a part; every batch is on the disk before it counts
/// as delivered, and the part's length travels with the cursor; the part becomes a file, or files, once cursor and
/// length are durable.
/// </summary>
/// <remarks>
/// <see cref="_gate"/> guards everything about the part between deliveries and the loop that completes a file when it
/// is due; life-cycle calls come one at a time and never beside a delivery.
/// </remarks>
internal sealed class ReadingFiles : IDisposable
{
    private static readonly TimeSpan DueCheckInterval = TimeSpan.FromSeconds(1);

    private readonly INorthContext _context;
    private readonly ILogger _logger;
    private readonly FileEncoding _encoding;
    private readonly IPartEncoding _partEncoding;
    private readonly Conversion _conversion;
    private readonly Rotation _rotation;
    private readonly string _partStem;
    private readonly PartRecovery _recovery;
    private readonly SemaphoreSlim _gate = new(1, 1);
    private readonly ArrayBufferWriter<byte> _bytes = new();
    private PartFile? _part;
    private PartState? _closed;
    private bool _hasDelivered;
    private bool _isBroken;
    private long _lastNumber;
    private CancellationTokenSource? _stopping;
    private Task _dueLoop = Task.CompletedTask;

    public ReadingFiles(INorthContext context, ReadingFilesSettings settings, ILogger logger)
    {
        var pattern = new NamePattern(settings.Prefix);
        _context = context;
        _logger = logger;
        _rotation = new Rotation(settings);
        _partStem = pattern.PartStem;
        _encoding = new FileEncoding(settings);
        _partEncoding = _encoding.MakePartEncoding(pattern.IsPerPoint);
        Folder = new PartFolder(settings.Directory, pattern);
        _conversion = new Conversion(Folder, pattern, _encoding, logger);
        _recovery = new PartRecovery(Folder, pattern, _conversion, logger);
    }

    /// <summary>The folder.</summary>
    public PartFolder Folder { get; }

    /// <summary>
    /// Called within connect and whenever files were completed, before anything else is written. What it throws ends
    /// the connection; it is called again by the next.
    /// </summary>
    public Func<CancellationToken, ValueTask> OnCompletedAsync { get; init; } = static _ => ValueTask.CompletedTask;

    /// <summary>Called once a second while connected, beside no delivery of readings.</summary>
    public Action OnTick { get; init; } = static () => { };

    /// <summary>Brings the folder to where the cursor stands.</summary>
    public async Task ConnectAsync(CancellationToken cancellationToken)
    {
        if (_hasDelivered)
        {
            // Within one life the engine goes on after what was returned as delivered, which may be further than what
            // is durable. Made durable, the two are the same, and cutting to the stored length loses nothing.
            await _context.PersistDeliveryAsync(cancellationToken).ConfigureAwait(false);
        }

        _closed = null;
        try
        {
            Folder.Create();
            _part = _recovery.Recover(_context.DeliveryState.Span);
            _lastNumber = Math.Max(_lastNumber, _recovery.HighestNumber);
            await OnCompletedAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception fault) when (WriteFaults.IsOurs(fault))
        {
            throw WriteFaults.Of(fault, Folder.Path);
        }

        _isBroken = false;
        _stopping = new CancellationTokenSource();
        _dueLoop = RunDueLoopAsync(_stopping.Token);
    }

    /// <summary>Writes a batch and returns when it is on the disk.</summary>
    public async ValueTask<DeliveryOutcome> AppendAsync(
        ReadOnlyMemory<Reading> readings, CancellationToken cancellationToken)
    {
        var refused = _encoding.FindRefused(readings.Span);
        if (refused is not null)
        {
            readings = Without(readings.Span, refused);
        }

        if (readings.IsEmpty)
        {
            return DeliveryOutcome.DeliveredExcept(refused ?? []);
        }

        _bytes.ResetWrittenCount();
        _bytes.Write(_partEncoding.Header.Span);
        _partEncoding.Write(readings.Span, _bytes);
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            ThrowIfBroken();
            var part = await PartForAsync(_bytes.WrittenCount, cancellationToken).ConfigureAwait(false);
            var skipped = part.Length == 0 ? 0 : _partEncoding.Header.Length;
            await part.AppendAsync(_bytes.WrittenMemory[skipped..], cancellationToken).ConfigureAwait(false);
            _hasDelivered = true;
            var outcome = refused is null ? DeliveryOutcome.Delivered : DeliveryOutcome.DeliveredExcept(refused);
            return outcome with { State = part.State.ToBytes() };
        }
        catch (Exception fault) when (WriteFaults.IsOurs(fault))
        {
            throw WriteFaults.Of(fault, Folder.Path);
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Ends the loop and closes the part, which keeps its name.</summary>
    public async Task DisconnectAsync()
    {
        if (_stopping is not null)
        {
            await _stopping.CancelAsync().ConfigureAwait(false);
            await _dueLoop.ConfigureAwait(false);
            _stopping.Dispose();
            _stopping = null;
        }

        if (_part is null)
        {
            return;
        }

        var part = _part;
        _part = null;
        try
        {
            part.Cut();
            part.Dispose();
            if (part.Length == 0)
            {
                Folder.Remove(part.Name);
            }
            else
            {
                _closed = part.State;
            }
        }
        catch (Exception fault) when (WriteFaults.IsOurs(fault))
        {
            // The next connect cuts it; until then it keeps its name.
            part.Dispose();
            throw WriteFaults.Of(fault, Folder.Path);
        }
    }

    /// <summary>Completes the part that disconnect closed: after an orderly stop a user finds complete files only.
    /// </summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (_closed is { } closed && await IsRecordedAsync(closed, cancellationToken).ConfigureAwait(false))
            {
                Complete(closed, cancellationToken);
                _closed = null;
                await OnCompletedAsync(cancellationToken).ConfigureAwait(false);
            }
        }
        catch (Exception fault) when (WriteFaults.IsOurs(fault))
        {
            throw WriteFaults.Of(fault, Folder.Path);
        }
    }

    public void Dispose()
    {
        _stopping?.Dispose();
        _part?.Dispose();
        _partEncoding.Dispose();
        _gate.Dispose();
    }

    private static Reading[] Without(ReadOnlySpan<Reading> readings, IReadOnlyList<Rejection> refused)
    {
        var kept = new List<Reading>(readings.Length);
        var next = 0;
        for (var index = 0; index < readings.Length; index++)
        {
            if (next < refused.Count && refused[next].Index == index)
            {
                next++;
            }
            else
            {
                kept.Add(readings[index]);
            }
        }

        return [.. kept];
    }

    /// <summary>
    /// The part that takes so many bytes more: the open one, or a new one when it is full, due, not there, or of
    /// another format than the settings ask for now.
    /// </summary>
    private async ValueTask<PartFile> PartForAsync(long bytes, CancellationToken cancellationToken)
    {
        var now = _context.Time.GetUtcNow();
        if (_part is { Length: > 0 } part
            && (_rotation.IsFull(part.Length + bytes)
                || _rotation.IsDue(part.Name.Begun, now)
                || !string.Equals(part.Name.Extension, _partEncoding.Extension, StringComparison.Ordinal)))
        {
            // Everything before this delivery has been recorded, or the engine would not have called again.
            await _context.PersistDeliveryAsync(cancellationToken).ConfigureAwait(false);
            await CompleteAsync(part, cancellationToken).ConfigureAwait(false);
        }

        if (_part is null)
        {
            var name = new PartName(_partStem, now, ++_lastNumber, _partEncoding.Extension);
            _part = Folder.CreatePart(name);
        }

        return _part;
    }

    private async ValueTask CompleteAsync(PartFile part, CancellationToken cancellationToken)
    {
        // Until all is done the next connect has to look: a part begun meanwhile would make this one a stray.
        _isBroken = true;
        part.Cut();
        part.Dispose();
        _part = null;
        Complete(part.State, cancellationToken);
        await OnCompletedAsync(cancellationToken).ConfigureAwait(false);
        _isBroken = false;
    }

    private void Complete(PartState part, CancellationToken cancellationToken)
    {
        if (part.Name.IsSpool)
        {
            foreach (var file in _conversion.Complete(part, cancellationToken))
            {
                _logger.FileCompleted(Folder.PathOf(file), new FileInfo(Folder.PathOf(file)).Length);
            }
        }
        else
        {
            Folder.Complete(part.Name);
            _logger.FileCompleted(Folder.PathOf(part.Name), part.Length);
        }
    }

    private void ThrowIfBroken()
    {
        if (_isBroken)
        {
            throw new ConnectorException(
                Fault.Unreachable, $"A file in '{Folder.Path}' could not be completed; it is tried again.");
        }
    }

    /// <summary>
    /// Makes the cursor durable and tells whether it counts this state. It may not when a delivery has just returned
    /// and the engine has not noted it yet; a file that is renamed then would hold readings that come again.
    /// </summary>
    private async ValueTask<bool> IsRecordedAsync(PartState state, CancellationToken cancellationToken)
    {
        await _context.PersistDeliveryAsync(cancellationToken).ConfigureAwait(false);
        return _context.DeliveryState.Span.SequenceEqual(state.ToBytes());
    }

    [SuppressMessage(
        "Design",
        "CA1031:Do not catch general exception types",
        Justification = "The edge of a loop: the engine hears of everything.")]
    private async Task RunDueLoopAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(DueCheckInterval, _context.Time);
        try
        {
            while (await timer.WaitForNextTickAsync(cancellationToken).ConfigureAwait(false))
            {
                await CompleteWhenDueAsync(cancellationToken).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Disconnect ends the loop this way.
        }
        catch (ConnectorException fault)
        {
            _context.ReportLost(fault);
        }
        catch (Exception fault)
        {
            _context.ReportLost(WriteFaults.IsOurs(fault)
                ? WriteFaults.Of(fault, Folder.Path)
                : new ConnectorException(Fault.Internal, $"Completing a file failed: {fault.Message}", fault));
        }
    }

    private async ValueTask CompleteWhenDueAsync(CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_part is { Length: > 0 } part
                && _rotation.IsDue(part.Name.Begun, _context.Time.GetUtcNow())
                && await IsRecordedAsync(part.State, cancellationToken).ConfigureAwait(false))
            {
                await CompleteAsync(part, cancellationToken).ConfigureAwait(false);
            }

            OnTick();
        }
        finally
        {
            _gate.Release();
        }
    }
}
