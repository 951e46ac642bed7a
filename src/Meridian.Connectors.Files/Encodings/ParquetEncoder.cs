using Meridian.Formats.Parquet;
using Meridian.Sdk.Readings;

namespace Meridian.Connectors.Files.Encodings;

/// <summary>Makes a Parquet file. What it cannot hold was refused before it came into the spool.</summary>
internal sealed class ParquetEncoder(ParquetCompression compression, Stream stream) : IFileEncoder
{
    private readonly ParquetReadingsWriter _writer = new(stream, new ParquetOptions { Compression = compression });

    public void Write(ReadOnlySpan<Reading> readings) => _writer.Write(readings);

    public void Complete() => _writer.Complete();

    public void Dispose() => _writer.Dispose();
}
