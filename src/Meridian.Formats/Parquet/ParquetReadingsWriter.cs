using Meridian.Formats.Parquet.Buffers;
using Meridian.Formats.Parquet.Columns;
using Meridian.Formats.Parquet.Layout;
using Meridian.Sdk.Readings;

namespace Meridian.Formats.Parquet;

/// <summary>
/// Writes readings as an Apache Parquet file, a row for each; docs/formats/parquet.md draws the columns. Every value,
/// its type, its quality and its 100 ns come back exactly.
/// </summary>
/// <remarks>
/// <para>
/// The file is written forward only. Readings gather in memory until a row group is full (<see
/// cref="ParquetOptions.RowGroupRows"/>, <see cref="ParquetOptions.RowGroupBytes"/>); it is then encoded and written
/// within the call, so memory does not grow with the file, but for some 1 KiB a row group that the file's end needs.
/// </para>
/// <para>
/// One thread at a time. The stream stays its owner's: it is neither flushed nor closed. A file that was not completed,
/// or whose stream threw, cannot be read: throw it away.
/// </para>
/// </remarks>
public sealed class ParquetReadingsWriter : IDisposable
{
    private readonly GatheredReadings _gathered = new();
    private readonly ParquetOptions _options;
    private readonly Footer _footer;
    private readonly PageWriter _pages;
    private readonly RowGroupWriter _rowGroups;
    private State _state;

    /// <summary>Begins a file; nothing is written yet.</summary>
    /// <param name="stream">Where to; it is written from where it stands and need not seek.</param>
    /// <param name="options">How; null means the defaults.</param>
    /// <exception cref="ArgumentException">An option is out of its range, or the stream cannot be written.</exception>
    public ParquetReadingsWriter(Stream stream, ParquetOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(stream);
        if (!stream.CanWrite)
        {
            throw new ArgumentException("The stream for the Parquet file cannot be written.", nameof(stream));
        }

        _options = options ?? new ParquetOptions();
        ParquetOptions.ThrowIfUnfit(_options);
        _footer = new Footer(_options.Compression);
        _pages = new PageWriter(stream, _options.Compression);
        _rowGroups = new RowGroupWriter(_pages, _footer);
    }

    private enum State
    {
        Open,
        Completed,
        Broken,
    }

    private static ReadOnlySpan<byte> Mark => "PAR1"u8;

    /// <summary>How many readings were taken in.</summary>
    public long Count { get; private set; }

    /// <summary>How many bytes have gone to the stream.</summary>
    public long BytesWritten => _pages.Position;

    /// <summary>About how many bytes of memory the readings take that wait for their row group to be full.</summary>
    public long BytesGathered => _gathered.ByteCount;

    /// <summary>Whether a file can hold a reading, for who keeps readings until a file is made.</summary>
    /// <param name="reading">The reading.</param>
    /// <returns>Why it cannot, a whole sentence as <see cref="Write"/> says it; null when it can.</returns>
    public static string? RefusalOf(in Reading reading) => ReadingCheck.RefusalOf(reading);

    /// <summary>Takes in readings: all of them, or none when one cannot be held.</summary>
    /// <param name="readings">The readings; what their values refer to is not kept after the call.</param>
    /// <exception cref="ParquetReadingException">
    /// A reading cannot be held: its time is outside the years 1677 to 2262, its point has no name, a text has half a
    /// surrogate pair, or a value is beyond 64 MiB. Nothing of this call was taken in; the writer goes on.
    /// </exception>
    /// <exception cref="InvalidOperationException">
    /// The file is complete, its stream threw, or it has as many row groups as a reader can be asked to know.
    /// </exception>
    public void Write(ReadOnlySpan<Reading> readings)
    {
        ThrowIfNotOpen();
        if (_footer.IsFull)
        {
            throw new InvalidOperationException(
                "The Parquet file has as many row groups as its end can tell; complete it and begin the next file.");
        }

        for (var i = 0; i < readings.Length; i++)
        {
            if (ReadingCheck.RefusalOf(readings[i]) is { } refusal)
            {
                throw new ParquetReadingException(i, refusal);
            }
        }

        foreach (ref readonly var reading in readings)
        {
            _gathered.Add(reading);
            if (_gathered.Count >= _options.RowGroupRows
                || _gathered.LooseBytes >= _options.RowGroupBytes
                || _gathered.Names.Characters >= ParquetLimits.MaxPointCharacters)
            {
                WriteRowGroup();
            }
        }

        Count += readings.Length;
    }

    /// <summary>Writes what waits and the end of the file; a file of no readings is valid too.</summary>
    /// <exception cref="InvalidOperationException">The file is complete already, or its stream threw.</exception>
    public void Complete()
    {
        ThrowIfNotOpen();
        WriteRowGroup();
        _state = State.Broken;
        BeginFile();
        using var end = new GrowingArray<byte>();
        _footer.Write(end);
        end.AppendInt32(end.Count);
        end.Append(Mark);
        _pages.WriteBytes(end.Written);
        _state = State.Completed;
    }

    /// <summary>Gives the buffers back. What was not completed stays incomplete.</summary>
    public void Dispose()
    {
        _state = _state == State.Completed ? State.Completed : State.Broken;
        _gathered.Dispose();
        _pages.Dispose();
        _footer.Dispose();
    }

    private void WriteRowGroup()
    {
        if (_gathered.Count == 0)
        {
            return;
        }

        // Until all is written the file is none: a stream that throws leaves it so.
        _state = State.Broken;
        BeginFile();
        _rowGroups.Write(_gathered);
        _gathered.Clear();
        _state = State.Open;
    }

    private void BeginFile()
    {
        if (_pages.Position == 0)
        {
            _pages.WriteBytes(Mark);
        }
    }

    private void ThrowIfNotOpen()
    {
        if (_state != State.Open)
        {
            throw new InvalidOperationException(
                _state == State.Completed
                    ? "The Parquet file is complete; make a writer for the next file."
                    : "The Parquet file was given up, or its stream failed; throw it away and write it again.");
        }
    }
}
