using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Threading.Channels;
using Meridian.Journal;
using Meridian.Readings;
using Meridian.Sdk.Faults;
using Meridian.Sdk.Intakes;
using Meridian.Sdk.Readings;
using Microsoft.Extensions.Logging;

namespace Meridian.Engine.Souths;

/// <summary>
/// Carries a South's intakes to the journal, in order: joins what has gathered into one record, appends it, and when
/// that is
/// durable lets the receipts go. One loop; the channel before it is the bound that the South feels.
/// </summary>
internal sealed partial class SouthPump(JournalLog journal, JournalSource source, ILogger logger) : IIntakeSink
{
    /// <summary>Intakes that may wait. They are batches already, so a few are enough to keep the disk busy.</summary>
    private const int WaitingIntakes = 16;

    /// <summary>
    /// Readings joined into one record: enough to make the record's overhead vanish, few enough that a cursor inside it
    /// is
    /// at most 10,000 behind.
    /// </summary>
    private const int MaxReadingsPerRecord = 10_000;

    /// <summary>Bytes after which a record takes no further intake.</summary>
    private const int MaxBytesPerRecord = 1024 * 1024;

    private readonly Channel<Intake> _intakes = Channel.CreateBounded<Intake>(new BoundedChannelOptions(WaitingIntakes)
    {
        FullMode = BoundedChannelFullMode.Wait,
        SingleReader = true,
        SingleWriter = false,
    });

    private readonly ArrayBufferWriter<byte> _payload = new();
    private readonly ReadingsEncoder _encoder = new();
    private readonly List<Intake> _joined = [];
    private long _received;

    /// <summary>Data made durable since the gateway started.</summary>
    public long Received => Interlocked.Read(ref _received);

    /// <inheritdoc/>
    /// <exception cref="ConnectorException">The pump failed or the gateway stops; the intake was not taken.</exception>
    public async ValueTask OfferAsync(Intake intake, CancellationToken cancellationToken)
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
                var count = Gather();
                if (count > 0)
                {
                    var record = _payload.WrittenMemory;
                    await journal.AppendAsync(source, count, record, RecordContent.Readings, cancellationToken)
                        .ConfigureAwait(false);
                    Interlocked.Add(ref _received, count);
                }

                LetReceiptsGo();
            }
        }
        catch (Exception fault)
        {
            _ = _intakes.Writer.TryComplete(fault);
            throw;
        }
    }

    [SuppressMessage(
        "Design",
        "CA1031:Do not catch general exception types",
        Justification = "A receipt of a connector that fails must not keep the others from theirs; it is logged.")]
    private void LetReceiptsGo()
    {
        foreach (var intake in _joined)
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

    /// <summary>
    /// Encodes the intakes that wait into one record; at least one, and no more than the limit allows.
    /// </summary>
    private int Gather()
    {
        _joined.Clear();
        _payload.ResetWrittenCount();
        var count = 0;
        while (_intakes.Reader.TryPeek(out var intake))
        {
            var readings = ReadingsOf(intake);
            if (_joined.Count > 0
                && (count + readings.Length > MaxReadingsPerRecord || _encoder.LengthBytes > MaxBytesPerRecord))
            {
                break;
            }

            _ = _intakes.Reader.TryRead(out _);
            _encoder.Add(readings.Span);
            _joined.Add(intake);
            count += readings.Length;
        }

        if (count > 0)
        {
            _encoder.Finish(_payload);
        }

        return count;
    }

    private static ReadOnlyMemory<Reading> ReadingsOf(Intake intake) => intake.Content switch
    {
        ReadingsContent content => content.Readings,
        _ => throw new NotSupportedException("Files are carried by a later version; use a South of readings."),
    };

    [LoggerMessage(
        EventIds.ReceiptFailed,
        LogLevel.Warning,
        "{South} failed to take a receipt: what it had given is on disk, but its source may send it again.")]
    private partial void LogReceiptFailed(Exception fault, string south);
}
