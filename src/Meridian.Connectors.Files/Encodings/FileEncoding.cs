using Meridian.Connectors.Files.Parts;
using Meridian.Formats.Csv;
using Meridian.Formats.Parquet;
using Meridian.Sdk.North;
using Meridian.Sdk.Readings;

namespace Meridian.Connectors.Files.Encodings;

/// <summary>How the files of some settings are written. Immutable.</summary>
internal sealed class FileEncoding(ReadingFilesSettings settings)
{
    private readonly CsvSpec _csv = settings.Csv;
    private readonly FilesFormat _format = settings.Format;

    private readonly FilesCompression _compression = settings.Compression
        ?? (settings.Format == FilesFormat.Parquet ? FilesCompression.Snappy : FilesCompression.None);

    /// <summary>What the names of complete files end with.</summary>
    public string Extension => _format switch
    {
        FilesFormat.Parquet => PartName.Parquet,
        FilesFormat.Ndjson => PartName.Ndjson + Packed,
        _ => PartName.Csv + Packed,
    };

    /// <summary>How many files may be made of a spool at once: a Parquet file gathers a row group in memory.</summary>
    public int FilesAtOnce => _format == FilesFormat.Parquet || IsColumns ? 4 : 64;

    private bool IsColumns => _format == FilesFormat.Csv && _csv.Layout == CsvLayout.Column;

    private string Packed => _compression == FilesCompression.Gzip ? PartName.Gzip : string.Empty;

    /// <summary>How parts are written: as the file itself where that can be, else as a spool.</summary>
    public IPartEncoding MakePartEncoding(bool isPerPoint) =>
        isPerPoint || IsColumns || _compression != FilesCompression.None || _format == FilesFormat.Parquet
            ? new SpoolWriter()
            : MakeLines();

    /// <summary>Begins a file.</summary>
    public IFileEncoder Begin(Stream stream) => _format switch
    {
        FilesFormat.Parquet => new ParquetEncoder(
            _compression switch
            {
                FilesCompression.Gzip => ParquetCompression.Gzip,
                FilesCompression.Snappy => ParquetCompression.Snappy,
                _ => ParquetCompression.None,
            },
            stream),
        _ when _compression == FilesCompression.Gzip => new GzipEncoder(stream, BeginText),
        _ => BeginText(stream),
    };

    /// <summary>Which readings no file can hold, and why; null when all are well.</summary>
    public IReadOnlyList<Rejection>? FindRefused(ReadOnlySpan<Reading> readings)
    {
        if (_format != FilesFormat.Parquet)
        {
            return null;
        }

        List<Rejection>? refused = null;
        for (var index = 0; index < readings.Length; index++)
        {
            if (ParquetReadingsWriter.RefusalOf(readings[index]) is { } reason)
            {
                (refused ??= []).Add(new Rejection(index, reason));
            }
        }

        return refused;
    }

    private IFileEncoder BeginText(Stream stream) =>
        IsColumns ? new ColumnsEncoder(_csv, stream) : new LinesEncoder(MakeLines(), stream);

    private IPartEncoding MakeLines() => _format == FilesFormat.Ndjson ? new JsonLines() : new CsvRows(_csv);
}
