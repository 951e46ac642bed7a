using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using Meridian.Formats.Csv;
using Meridian.Formats.Rows;
using Meridian.Sdk.Faults;
using Meridian.Sdk.Intakes;
using Meridian.Sdk.South;

namespace Meridian.Formats.Sql.Next;

/// <summary>
/// Rows as a CSV file in the South's folder, so that memory is bounded and the file says the same however often it is
/// read. It goes when this is disposed; what a kill leaves goes at the next start. Of problems only the first is held,
/// and how many there are.
/// </summary>
[SuppressMessage(
    "Usage", "CA2213:Disposable fields should be disposed", Justification = "DisposeAsync disposes the stream.")]
internal sealed class FileSink(ISouthContext context, Item item, SqlCsvSpec spec, SqlNextLimits limits) : IRowSink
{
    /// <summary>How much is gathered before it goes to the disk.</summary>
    private const int PieceBytes = 1 << 16;

    /// <summary>What the files' names begin and end with; between is the item.</summary>
    private const string NameStart = "query-";
    private const string NameEnd = ".csv";

    private readonly ArrayBufferWriter<byte> _buffer = new();
    private string _path = string.Empty;
    private FileStream? _stream;
    private long _written;
    private int _keptBytes;
    private string? _firstProblem;
    private long _problemCount;
    private long _keptProblems;

    /// <summary>Removes what a kill left of files.</summary>
    public static void RemoveLeft(ISouthContext context)
    {
        try
        {
            foreach (var left in Directory.EnumerateFiles(context.Folder, $"{NameStart}*{NameEnd}"))
            {
                RemoveUnlessInUse(left);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ConnectorException(
                Fault.Internal,
                isTransient: true,
                $"The folder of '{context.Name}' in the gateway's data folder cannot be used: {exception.Message} Give "
                + "the gateway's user the right to write there.",
                exception);
        }
    }

    /// <summary>An instance that could not be ended, as at a share that hangs, may still write to its own.</summary>
    private static void RemoveUnlessInUse(string path)
    {
        try
        {
            using var gone = new FileStream(
                path, FileMode.Open, FileAccess.ReadWrite, FileShare.None, 0, FileOptions.DeleteOnClose);
        }
        catch (IOException)
        {
            // It is in use, or has gone; else the next start removes it. No answer has its name.
        }
    }

    public string? Begin(IReadOnlyList<string> columns)
    {
        if (spec.HasHeader)
        {
            RowCsvWriter.WriteHeader(columns, spec.Delimiter, _buffer);
        }

        return null;
    }

    public bool Add(IRowCells row, long line)
    {
        if (RowCsvWriter.WriteRow(row, spec.Delimiter, _buffer) is { } problem)
        {
            _firstProblem ??= $"Row {line}. {problem}";
            _problemCount++;
        }

        return _buffer.WrittenCount - _keptBytes <= limits.MaxBytes
            && _written + _buffer.WrittenCount <= limits.MaxFileBytes;
    }

    public void Keep()
    {
        (_keptBytes, _keptProblems) = (_buffer.WrittenCount, _problemCount);
        if (_keptBytes >= PieceBytes)
        {
            Write();
        }
    }

    public ValueTask<Content> EndAsync(Func<string> name, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Write();
        for (var i = 0L; i < _keptProblems; i++)
        {
            context.CountUndecoded(item.Name, _firstProblem!); // there is one where there are some
        }

        return ValueTask.FromResult<Content>(new FileContent(
            name(),
            _written,
            _ => ValueTask.FromResult<Stream>(new FileStream(
                _path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, 1 << 16, FileOptions.Asynchronous))));
    }

    public async ValueTask DisposeAsync()
    {
        if (_stream is not null)
        {
            await _stream.DisposeAsync().ConfigureAwait(false);
            File.Delete(_path);
        }
    }

    private void Write()
    {
        try
        {
            if (_stream is null)
            {
                // Whoever asks for the folder makes it, which may fail. No buffer: closing must have nothing to write.
                _path = Path.Combine(context.Folder, NameOf(item, context.Random));
                _stream = new FileStream(_path, FileMode.Create, FileAccess.Write, FileShare.Read, 0);
            }

            _stream.Write(_buffer.WrittenSpan[.._keptBytes]);
            _written += _keptBytes;
            _buffer.ResetWrittenCount();
            _keptBytes = 0;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ConnectorException(
                Fault.Internal,
                isTransient: true,
                $"The answer to the query of item '{item.Name}' cannot be kept on disk: {exception.Message} Give the "
                + "gateway's data folder room and the gateway's user the right to write.",
                exception);
        }
    }

    private static string NameOf(Item item, Random random)
    {
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(item.Name)));
        return $"{NameStart}{hash[..16]}-{random.GetHexString(8, lowercase: true)}{NameEnd}";
    }
}
