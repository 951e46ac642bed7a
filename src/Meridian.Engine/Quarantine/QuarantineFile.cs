using System.Buffers;
using System.Text.Json;
using Meridian.Formats.Json;
using Meridian.Journal;
using Meridian.Readings;
using Meridian.Sdk.Faults;
using Meridian.Sdk.Intakes;
using Meridian.Sdk.North;
using Meridian.Sdk.Readings;

namespace Meridian.Engine.Quarantine;

/// <summary>
/// What one North refused for good: a file of JSON lines, each with the datum's identity (journal, position), the
/// reason, the time
/// and the reading itself. A line is durable before the cursor passes its position; a datum that comes again after a
/// crash is
/// recognised by its position and written once.
/// </summary>
/// <remarks>
/// Lines are only ever added: what leaves the quarantine is told by a line of its own, which is the one moment at which
/// it has left. Thread-safe.
/// </remarks>
internal sealed class QuarantineFile : IDisposable
{
    private readonly Lock _lock = new();
    private readonly ReadingsEncoder _encoder = new();
    private readonly ArrayBufferWriter<byte> _record = new();
    private readonly ArrayBufferWriter<byte> _buffer = new();
    private readonly Guid _journalId;
    private readonly ArrayBufferWriter<byte> _reading = new();
    private readonly ReadingJsonWriter _readingWriter = new();
    private readonly TimeProvider _time;
    private FileStream? _file;
    private long _goodLength;

    /// <summary>Names the file; <see cref="Open"/> opens it.</summary>
    /// <param name="path">The file.</param>
    /// <param name="journalId">The journal whose positions count.</param>
    /// <param name="time">The clock.</param>
    public QuarantineFile(string path, Guid journalId, TimeProvider time)
    {
        Path = path;
        Contents = new QuarantineContents(System.IO.Path.ChangeExtension(path, "files"));
        _journalId = journalId;
        _time = time;
    }

    /// <summary>The contents of files that were refused.</summary>
    public QuarantineContents Contents { get; }

    /// <summary>Where the file lies.</summary>
    public string Path { get; }

    /// <summary>
    /// Ids that the journal had before it was put back from a copy. Lines under them count below
    /// <see cref="FormerEnd"/> only: beyond it they may speak of data that this journal does not have.
    /// </summary>
    public IReadOnlyList<Guid> FormerIds { get; init; } = [];

    /// <summary>The cursor's place when the file is opened.</summary>
    public JournalPosition FormerEnd { get; init; }

    /// <summary>What the lines come to.</summary>
    public QuarantineLedger Ledger { get; } = new();

    /// <summary>The positions of this journal that ever went in.</summary>
    public PositionRanges Positions => Ledger.Ever;

    /// <summary>How many bytes its whole lines have.</summary>
    public long Length
    {
        get
        {
            lock (_lock)
            {
                return _goodLength;
            }
        }
    }

    /// <summary>
    /// Opens or makes the file, cuts a torn last line, and learns which positions it holds. Does nothing when it is
    /// open. Nothing may pass the North before.
    /// </summary>
    /// <exception cref="ConnectorException">It cannot be opened; transient.</exception>
    public void Open()
    {
        lock (_lock)
        {
            OpenLocked();
        }
    }

    /// <summary>Whether a line speaks of data of this journal.</summary>
    public bool IsOurs(QuarantineLine line) => line.Journal == _journalId
        || (FormerIds.Contains(line.Journal) && line.Positions.All(range => range.To <= FormerEnd.Value));

    private void OpenLocked()
    {
        if (_file is not null)
        {
            return;
        }

        FileStream? file = null;
        try
        {
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(Path)!);
            file = new FileStream(Path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read, bufferSize: 0);
            var end = QuarantineReader.Read(file, (line, offset) =>
            {
                Apply(line, offset);
                return true;
            });
            file.SetLength(end);
            _goodLength = end;
            _file = file;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            file?.Dispose();
            throw Unusable("opened", fault);
        }
    }

    /// <summary>Writes what was refused and makes it durable.</summary>
    /// <param name="readings">The batch.</param>
    /// <param name="positions">The batch's positions.</param>
    /// <param name="isDerived">
    /// Of each, whether a transform made it: such a one is written, and its position does not count as lying here.
    /// </param>
    /// <param name="rejections">Which of the batch, and why.</param>
    /// <exception cref="ConnectorException">It cannot be written; transient. The cursor must not pass.</exception>
    public void Add(
        ReadOnlyMemory<Reading> readings,
        ReadOnlyMemory<long> positions,
        IReadOnlyList<bool> isDerived,
        IReadOnlyList<Rejection> rejections)
    {
        lock (_lock)
        {
            OpenLocked();
            _buffer.ResetWrittenCount();
            var added = new HashSet<long>(rejections.Count);
            foreach (var rejection in rejections)
            {
                var position = positions.Span[rejection.Index];
                if (isDerived[rejection.Index] || (!Positions.Contains(position) && added.Add(position)))
                {
                    WriteLine(
                        readings.Span[rejection.Index], position, isDerived[rejection.Index], rejection.Reason);
                }
            }

            Append();
        }
    }

    /// <summary>Copies a file that was refused beside the others and makes it durable.</summary>
    /// <param name="position">Its position.</param>
    /// <param name="file">The file.</param>
    /// <param name="reason">Why it was refused.</param>
    /// <param name="cancellationToken">Cancels the copy; nothing of it counts then.</param>
    /// <exception cref="ConnectorException">It cannot be written; transient. The cursor must not pass.</exception>
    public async Task AddFileAsync(
        long position, FileContent file, string reason, CancellationToken cancellationToken)
    {
        Open();
        if (Positions.Contains(position))
        {
            return;
        }

        string name;
        try
        {
            name = await Contents.CopyAsync(_journalId, position, file, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw Unusable("written", fault);
        }


        lock (_lock)
        {
            _buffer.ResetWrittenCount();
            using (var json = new Utf8JsonWriter(_buffer))
            {
                WriteHead(json, position, reason);
                json.WriteString("file"u8, file.Name);
                json.WriteString("content"u8, name);
                json.WriteEndObject();
            }

            _buffer.Write("\n"u8);
            Append();
        }
    }

    /// <summary>Tells what becomes of data that lie here, durably.</summary>
    /// <param name="kind">What: they are about to be delivered, were, or are given up.</param>
    /// <param name="positions">Which, ascending; repeats count once.</param>
    /// <param name="ticket">The number of the attempt, or 0 for none.</param>
    /// <param name="derivedCount">How many of what was delivered transforms had made.</param>
    /// <exception cref="ConnectorException">It cannot be written; transient. Nothing has become of them.</exception>
    public void Tell(QuarantineLineKind kind, IEnumerable<long> positions, long ticket = 0, long derivedCount = 0)
    {
        lock (_lock)
        {
            OpenLocked();
            _buffer.ResetWrittenCount();
            using (var json = new Utf8JsonWriter(_buffer))
            {
                json.WriteStartObject();
                json.WriteString("journal"u8, _journalId);
                json.WriteString("event"u8, QuarantineLine.WordOf(kind));
                json.WriteString("at"u8, _time.GetUtcNow().UtcDateTime);
                json.WriteNumber("ticket"u8, ticket);
                json.WriteNumber("derivedCount"u8, derivedCount);
                json.WriteStartArray("positions"u8);
                foreach (var (from, to) in Ranges(positions))
                {
                    json.WriteStartArray();
                    json.WriteNumberValue(from);
                    json.WriteNumberValue(to);
                    json.WriteEndArray();
                }

                json.WriteEndArray();
                json.WriteEndObject();
            }

            _buffer.Write("\n"u8);
            Append();
        }
    }

    /// <summary>
    /// An attempt whose number the destination or the cursor has is one that was delivered, though a kill came before
    /// the line that says so: writes that line.
    /// </summary>
    /// <param name="ticket">The last number that is known to be delivered.</param>
    public void Settle(long ticket)
    {
        if (Ledger.Trying is { } trying && trying.Ticket <= ticket)
        {
            Tell(
                QuarantineLineKind.Delivered,
                trying.Positions.SelectMany(static range => Positions(range.From, range.To)),
                trying.Ticket,
                trying.DerivedCount);
        }

        static IEnumerable<long> Positions(long from, long to)
        {
            for (var position = from; position < to; position++)
            {
                yield return position;
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _readingWriter.Dispose();
        _file?.Dispose();
    }

    private void Append()
    {
        try
        {
            // Half a line that a failed write left must not stay in front of the next one.
            if (_file!.Length != _goodLength)
            {
                _file.SetLength(_goodLength);
            }

            _file.Position = _goodLength;
            _file.Write(_buffer.WrittenSpan);
            _file.Flush(flushToDisk: true);
            var written = _buffer.WrittenMemory;
            while (written.Span.IndexOf((byte)'\n') is >= 0 and var length)
            {
                Apply(written[..length], _goodLength);
                _goodLength += length + 1;
                written = written[(length + 1)..];
            }
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw Unusable("written", fault);
        }
    }

    private void Apply(ReadOnlyMemory<byte> text, long offset)
    {
        if (QuarantineLine.TryRead(text) is { } line && IsOurs(line))
        {
            Ledger.Apply(line, offset);
        }
    }

    private static List<(long From, long To)> Ranges(IEnumerable<long> positions)
    {
        var ranges = new List<(long From, long To)>();
        foreach (var position in positions)
        {
            if (ranges.Count > 0 && position <= ranges[^1].To)
            {
                ranges[^1] = (ranges[^1].From, Math.Max(ranges[^1].To, position + 1));
            }
            else
            {
                ranges.Add((position, position + 1));
            }
        }

        return ranges;
    }

    private ConnectorException Unusable(string verb, Exception fault) => new(
        Fault.Internal,
        $"The quarantine '{Path}' cannot be {verb}; nothing passes this North until it can: {fault.Message}",
        fault);

    private void WriteLine(in Reading reading, long position, bool isDerived, string reason)
    {
        using (var json = new Utf8JsonWriter(_buffer))
        {
            WriteHead(json, position, reason);
            if (isDerived)
            {
                json.WriteBoolean("derived"u8, value: true);
            }

            json.WritePropertyName("reading"u8);
            _reading.ResetWrittenCount();
            _readingWriter.Write(reading, _reading);
            json.WriteRawValue(_reading.WrittenSpan, skipInputValidation: true);

            // The words above are for people, and not every value has its type in them.
            _record.ResetWrittenCount();
            _encoder.Encode([reading], _record);
            json.WriteBase64String("record"u8, _record.WrittenSpan);
            json.WriteEndObject();
        }

        _buffer.Write("\n"u8);
    }

    private void WriteHead(Utf8JsonWriter json, long position, string reason)
    {
        json.WriteStartObject();
        json.WriteString("journal"u8, _journalId);
        json.WriteNumber("position"u8, position);
        json.WriteString("quarantined"u8, _time.GetUtcNow().UtcDateTime);
        json.WriteString("reason"u8, reason);
    }
}
