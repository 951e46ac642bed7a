using System.IO.Compression;
using Meridian.Sdk.Readings;

namespace Meridian.Connectors.Files.Encodings;

/// <summary>Packs what another encoder makes with gzip (RFC 1952). The same readings make the same bytes.</summary>
internal sealed class GzipEncoder : IFileEncoder
{
    private readonly GZipStream _packed;
    private readonly IFileEncoder _inner;

    public GzipEncoder(Stream stream, Func<Stream, IFileEncoder> inner)
    {
        _packed = new GZipStream(stream, CompressionLevel.Optimal, leaveOpen: true);
        _inner = inner(_packed);
    }

    public void Write(ReadOnlySpan<Reading> readings) => _inner.Write(readings);

    public void Complete()
    {
        _inner.Complete();

        // Its end is written when it is closed.
        _packed.Dispose();
    }

    public void Dispose()
    {
        _inner.Dispose();
        _packed.Dispose();
    }
}
