using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using Meridian.Formats.Csv;
using Meridian.Sdk;
using Meridian.Sdk.Faults;
using Meridian.Sdk.North;
using Microsoft.Extensions.Logging;

namespace Meridian.Connectors.Basic.Files;

/// <summary>
/// Writes readings into CSV files. A file is written aside as <c>.part</c>; every batch is on the disk before it
/// counts as delivered, and its length travels with the cursor; the file gets its final name once cursor and length
/// are durable.
/// </summary>
/// <remarks>
/// <see cref="_gate"/> guards everything about the part between deliveries and the loop that completes a file when it
/// is due; life-cycle calls come one at a time and never beside a delivery.
/// </remarks>
internal sealed class FilesNorth : IHandlesValues, IDisposable
{
    private static readonly TimeSpan DueCheckInterval = TimeSpan.FromSeconds(1);

    private readonly INorthContext _context;
    private readonly FilesNorthSettings _settings;
    private readonly FilesFolder _folder;
    private readonly PartRecovery _recovery;
    private readonly ILogger _logger;
    private readonly SemaphoreSlim _gate = new(1, 1);
    private readonly ArrayBufferWriter<byte> _lines = new();
    private PartFile? _part;
    private PartState? _closed;
    private bool _hasDelivered;
    private long _lastNumber;
    private CancellationTokenSource? _stopping;
    private Task _dueLoop = Task.CompletedTask;

    public FilesNorth(INorthContext context, FilesNorthSettings settings)
    {
        _context = context;
        _settings = settings;
        _folder = new FilesFolder(settings.Directory, settings.Prefix);
        _logger = context.Loggers.CreateLogger<FilesNorth>();
        _recovery = new PartRecovery(_folder, settings.Prefix, _logger);
    }

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
            _folder.Create();
            _part = _recovery.Recover(_context.DeliveryState.Span);
        }
        catch (Exception fault) when (FilesFaults.IsOurs(fault))
        {
            throw FilesFaults.Of(fault, _folder.Path);
        }

        _lastNumber = Math.Max(_lastNumber, _recovery.HighestNumber);
        _stopping = new CancellationTokenSource();
        _dueLoop = RunDueLoopAsync(_stopping.Token);
        _context.ReportConnected();
    }

    public async ValueTask<DeliveryOutcome> HandleValuesAsync(ValuesBatch batch, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(batch);

        _lines.ResetWrittenCount();
        _lines.Write(ReadingCsvWriter.Header);
        foreach (ref readonly var reading in batch.Readings.Span)
        {
            ReadingCsvWriter.Write(reading, _lines);
        }

        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var part = await PartForAsync(_lines.WrittenCount, cancellationToken).ConfigureAwait(false);
            var skipped = part.Length == 0 ? 0 : ReadingCsvWriter.Header.Length;
            await part.AppendAsync(_lines.WrittenMemory[skipped..], cancellationToken).ConfigureAwait(false);
            _hasDelivered = true;
            return DeliveryOutcome.Delivered with { State = part.State.ToBytes() };
        }
        catch (Exception fault) when (FilesFaults.IsOurs(fault))
        {
            throw FilesFaults.Of(fault, _folder.Path);
        }
        finally
        {
            _gate.Release();
        }
    }

    public async Task DisconnectAsync(CancellationToken cancellationToken)
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
                _folder.Remove(part.Name);
            }
            else
            {
                _closed = part.State;
            }
        }
        catch (Exception fault) when (FilesFaults.IsOurs(fault))
        {
            // The next connect cuts it; until then it keeps its name.
            part.Dispose();
            throw FilesFaults.Of(fault, _folder.Path);
        }
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        try
        {
            // After an orderly stop a user finds complete files only.
            if (_closed is { } closed && await IsRecordedAsync(closed, cancellationToken).ConfigureAwait(false))
            {
                _folder.Complete(closed.Name);
                _logger.FileCompleted(_folder.PathOf(closed.Name), closed.Length);
                _closed = null;
            }
        }
        catch (Exception fault) when (FilesFaults.IsOurs(fault))
        {
            throw FilesFaults.Of(fault, _folder.Path);
        }
        finally
        {
            Dispose();
        }
    }

    public Task<IReadOnlyList<Diagnostic>> TestConnectionAsync(CancellationToken cancellationToken)
    {
        try
        {
            return Task.FromResult(_folder.Probe(_context.Random));
        }
        catch (Exception fault) when (FilesFaults.IsOurs(fault))
        {
            throw FilesFaults.Of(fault, _folder.Path);
        }
    }

    public void Dispose()
    {
        _stopping?.Dispose();
        _part?.Dispose();
        _gate.Dispose();
    }

    /// <summary>
    /// The part that takes so many bytes more: the open one, or a new one when it is full, due or not there.
    /// </summary>
    private async ValueTask<PartFile> PartForAsync(long bytes, CancellationToken cancellationToken)
    {
        if (_part is { Length: > 0 } part && (part.Length + bytes > _settings.MaxFileSize.Bytes || IsDue(part)))
        {
            // Everything before this delivery has been recorded, or the engine would not have called again.
            await _context.PersistDeliveryAsync(cancellationToken).ConfigureAwait(false);
            Complete(part);
        }

        if (_part is null)
        {
            var name = new PartName(_settings.Prefix, _context.Time.GetUtcNow(), ++_lastNumber);
            _part = _folder.CreatePart(name);
        }

        return _part;
    }

    private bool IsDue(PartFile part) => _context.Time.GetUtcNow() - part.Name.Begun >= _settings.MaxFileAge;

    private void Complete(PartFile part)
    {
        part.Cut();
        part.Dispose();
        _part = null;
        _folder.Complete(part.Name);
        _logger.FileCompleted(_folder.PathOf(part.Name), part.Length);
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
            _context.ReportLost(FilesFaults.IsOurs(fault)
                ? FilesFaults.Of(fault, _folder.Path)
                : new ConnectorException(Fault.Internal, $"Completing a file failed: {fault.Message}", fault));
        }
    }

    private async ValueTask CompleteWhenDueAsync(CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_part is { Length: > 0 } part && IsDue(part)
                && await IsRecordedAsync(part.State, cancellationToken).ConfigureAwait(false))
            {
                Complete(part);
            }
        }
        finally
        {
            _gate.Release();
        }
    }
}
