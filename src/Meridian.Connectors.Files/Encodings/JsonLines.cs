using System.Buffers;
using Meridian.Connectors.Files.Parts;
using Meridian.Formats.Json;
using Meridian.Sdk.Readings;

namespace Meridian.Connectors.Files.Encodings;

/// <summary>NDJSON: an object on a line for each reading.</summary>
internal sealed class JsonLines : IPartEncoding
{
    private readonly ReadingJsonWriter _writer = new();

    public string Extension => PartName.Ndjson;

    public ReadOnlyMemory<byte> Header => default;

    public void Write(ReadOnlySpan<Reading> readings, IBufferWriter<byte> output)
    {
        foreach (ref readonly var reading in readings)
        {
            _writer.Write(reading, output);
            output.Write("\n"u8);
        }
    }

    public void Dispose() => _writer.Dispose();
}
