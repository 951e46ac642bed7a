using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Meridian.Formats.Json;

namespace Meridian.Formats.Templates;

/// <summary>
/// A compiled JSON document whose texts and names are templates. A text that is <c>{value}</c> alone becomes the value
/// in its own type, one that is a timestamp as a number alone becomes that number; all else stays a text, escaped.
/// </summary>
/// <remarks>One thread at a time; in steady state nothing is allocated.</remarks>
internal sealed class JsonTemplate(JsonTemplatePart[] parts) : IDisposable
{
    // One huge text shall not keep its memory for years.
    private const int MaxIdleBytes = 1024 * 1024;

    // Relaxed: what is written is data for machines and terminals, not for the inside of a web page, and °C stays °C.
    private readonly Utf8JsonWriter _writer = new(
        Stream.Null,
        new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true });

    private ArrayBufferWriter<byte> _text = new();

    /// <summary>Writes the filled document in UTF-8.</summary>
    /// <param name="arguments">What to fill in.</param>
    /// <param name="output">Where to.</param>
    public void Render(in TemplateArguments arguments, IBufferWriter<byte> output)
    {
        foreach (var part in parts)
        {
            if (part.Filling is not { } filling)
            {
                output.Write(part.Literal);
            }
            else if (part.IsNumber)
            {
                filling.Render(arguments, output);
            }
            else
            {
                _writer.Reset(output);
                WriteValue(part, filling, arguments);
                _writer.Flush();
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _writer.Dispose();

    private void WriteValue(JsonTemplatePart part, TextTemplate filling, in TemplateArguments arguments)
    {
        if (part.IsTyped)
        {
            ReadingJsonValue.Write(arguments.Reading.Value, _writer);
            return;
        }

        if (_text.Capacity > MaxIdleBytes)
        {
            _text = new ArrayBufferWriter<byte>();
        }

        _text.ResetWrittenCount();
        filling.Render(arguments, _text);
        _writer.WriteStringValue(_text.WrittenSpan);
    }
}

/// <summary>A piece of a JSON template: JSON as it is, or what is filled in.</summary>
/// <param name="Literal">The JSON in UTF-8; empty for what is filled in.</param>
/// <param name="Filling">The text that is filled in, in quotes; null for JSON as it is.</param>
internal sealed record JsonTemplatePart(byte[] Literal, TextTemplate? Filling)
{
    /// <summary>Whether the value stands here in its own type.</summary>
    public bool IsTyped { get; init; }

    /// <summary>Whether what is filled in is a number, without quotes.</summary>
    public bool IsNumber { get; init; }
}
