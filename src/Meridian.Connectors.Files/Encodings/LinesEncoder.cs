using Meridian.Sdk.Readings;

namespace Meridian.Connectors.Files.Encodings;

/// <summary>Makes a file of what could also be a part: rows of CSV, lines of JSON.</summary>
internal sealed class LinesEncoder : IFileEncoder
{
    private readonly IPartEncoding _encoding;
    private readonly StreamOutput _output;

    /// <summary>Begins a file; the encoding is this one's from here on.</summary>
    public LinesEncoder(IPartEncoding encoding, Stream stream)
    {
        _encoding = encoding;
        _output = new StreamOutput(stream);
        encoding.Header.Span.CopyTo(_output.GetSpan(encoding.Header.Length));
        _output.Advance(encoding.Header.Length);
    }

    public void Write(ReadOnlySpan<Reading> readings) => _encoding.Write(readings, _output);

    public void Complete() => _output.Flush();

    public void Dispose() => _encoding.Dispose();
}
