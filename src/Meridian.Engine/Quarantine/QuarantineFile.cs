using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Meridian.Formats.Json;
using Meridian.Journal;
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
/// <remarks>Used by the North's pump alone, but for <see cref="Positions"/>.</remarks>
internal sealed class QuarantineFile : IDisposable
{
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
        _journalId = journalId;
        _time = time;
    }

    /// <summary>Where the file lies.</summary>
    public string Path { get; }

    /// <summary>
    /// Ids that the journal had before it was put back from a copy. Lines under them count below
    /// <see cref="FormerEnd"/> only: beyond it they may speak of data that this journal does not have.
    /// </summary>
    public IReadOnlyList<Guid> FormerIds { get; init; } = [];

    /// <summary>The cursor's place when the file is opened.</summary>
    public JournalPosition FormerEnd { get; init; }

    /// <summary>The positions of this journal that lie here. Any thread may read it.</summary>
    public PositionRanges Positions { get; } = new();

    /// <summary>
    /// Opens or makes the file, cuts a torn last line, and learns which positions it holds. Does nothing when it is
    /// open. Nothing may pass the North before.
    /// </summary>
    /// <exception cref="ConnectorException">It cannot be opened; transient.</exception>
    public void Open()
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
            foreach (var (journal, position) in QuarantineReader.ReadAndCutTail(file))
            {
                if (journal == _journalId || (position < FormerEnd.Value && FormerIds.Contains(journal)))
                {
                    Positions.Add(position);
                }
            }

            _goodLength = file.Length;
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
        Open();
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
        foreach (var position in added)
        {
            Positions.Add(position);
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

        var name = await CopyAsync(position, file, cancellationToken).ConfigureAwait(false);
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
        Positions.Add(position);
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
            _goodLength += _buffer.WrittenCount;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw Unusable("written", fault);
        }
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

    /// <summary>The content goes to a folder beside the lines; its name there is its identity.</summary>
    private async Task<string> CopyAsync(long position, FileContent file, CancellationToken cancellationToken)
    {
        var folder = System.IO.Path.ChangeExtension(Path, "files");
        var name = string.Create(CultureInfo.InvariantCulture, $"{_journalId:N}-{position:D20}");
        try
        {
            var source = await file.OpenRead(cancellationToken).ConfigureAwait(false);
            await using (source.ConfigureAwait(false))
            {
                _ = Directory.CreateDirectory(folder);
                var copy = new FileStream(
                    System.IO.Path.Combine(folder, name), FileMode.Create, FileAccess.Write, FileShare.None);
                await using (copy.ConfigureAwait(false))
                {
                    await source.CopyToAsync(copy, cancellationToken).ConfigureAwait(false);
                    RandomAccess.FlushToDisk(copy.SafeFileHandle);
                }
            }

            return name;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw Unusable("written", fault);
        }
    }
}
