using System.Buffers;
using System.Text;
using Meridian.Formats.Json;
using Meridian.Sdk.Readings;

namespace Meridian.Gateway.Commands;

/// <summary>Readings for people and other programs: a JSON object a line.</summary>
internal sealed class ReadingLines(TextWriter output) : IDisposable
{
    private readonly ArrayBufferWriter<byte> _line = new();
    private readonly ReadingJsonWriter _writer = new();

    /// <summary>Writes a line.</summary>
    public void Write(in Reading reading, string before = "")
    {
        _line.ResetWrittenCount();
        _writer.Write(reading, _line);
        output.WriteLine(before + Encoding.UTF8.GetString(_line.WrittenSpan));
    }

    public void Dispose() => _writer.Dispose();
}
