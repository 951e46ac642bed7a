using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Meridian.Transforms.Json;

/// <summary>Writes one small JSON document after another into the same memory. One thread at a time.</summary>
[SuppressMessage(
    "Design",
    "CA1001:Types that own disposable fields should be disposable",
    Justification = "The writer writes into this memory and holds nothing else.")]
internal sealed class JsonBuffer
{
    private readonly ArrayBufferWriter<byte> _bytes = new();
    private readonly Utf8JsonWriter _writer;

    // Relaxed: what is written is data for machines and terminals, not for the inside of a web page, and °C stays °C.
    public JsonBuffer() => _writer = new Utf8JsonWriter(
        _bytes,
        new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true });

    /// <summary>Begins a document.</summary>
    public Utf8JsonWriter Begin()
    {
        _bytes.ResetWrittenCount();
        _writer.Reset(_bytes);
        return _writer;
    }

    /// <summary>The document.</summary>
    public string End()
    {
        _writer.Flush();
        return Encoding.UTF8.GetString(_bytes.WrittenSpan);
    }
}
