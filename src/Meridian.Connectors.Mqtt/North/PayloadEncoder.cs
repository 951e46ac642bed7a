using System.Buffers;
using System.Runtime.InteropServices;
using Meridian.Formats.Json;
using Meridian.Formats.Templates;
using Meridian.Formats.Text;
using Meridian.Sdk.Readings;
using Meridian.Sdk.Settings;

namespace Meridian.Connectors.Mqtt.North;

/// <summary>From a reading to its payload, in a buffer that is used again. Used by one call at a time.</summary>
internal sealed class PayloadEncoder : IDisposable
{
    // One huge reading shall not keep its memory for years.
    private const int MaxIdleBytes = 1024 * 1024;

    private readonly MqttNorthFormat _format;
    private readonly ReadingJsonWriter _json = new();
    private readonly PayloadTemplate? _template;
    private ArrayBufferWriter<byte> _buffer = new();

    /// <param name="format">What the payload is.</param>
    /// <param name="payload">The template, when that is the format.</param>
    /// <exception cref="ArgumentException">There is no template, or it is wrong.</exception>
    public PayloadEncoder(MqttNorthFormat format, FreeJson? payload)
    {
        _format = format;
        if (format != MqttNorthFormat.Template)
        {
            return;
        }

        if (payload is not { } text)
        {
            throw new ArgumentException("The format template needs a payload.", nameof(payload));
        }

        _template = PayloadTemplate.TryCompile(
            text, "settings.payload", ReadingPlaceholders.All, out var compiled, out var problems)
            ? compiled
            : throw new ArgumentException(problems[0].Message, nameof(payload));
    }

    /// <summary>The payload; valid until the next call.</summary>
    public EncodedPayload Encode(in Reading reading)
    {
        if (_buffer.Capacity > MaxIdleBytes)
        {
            _buffer = new ArrayBufferWriter<byte>();
        }

        _buffer.ResetWrittenCount();
        if (_format == MqttNorthFormat.Json)
        {
            _json.Write(reading, _buffer);
        }
        else if (_template is not null)
        {
            _template.Render(new TemplateArguments { Reading = reading }, _buffer);
        }
        else if (reading.Value.Kind == ReadingValueKind.Bytes)
        {
            return new EncodedPayload(reading.Value.AsBytes(), IsText: false);
        }
        else
        {
            ReadingText.WriteValue(reading.Value, _buffer);
        }

        return new EncodedPayload(_buffer.WrittenMemory, IsText: true);
    }

    public void Dispose()
    {
        _json.Dispose();
        _template?.Dispose();
    }
}

/// <summary>A payload.</summary>
/// <param name="Bytes">Its bytes.</param>
/// <param name="IsText">Whether they are UTF-8 text.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct EncodedPayload(ReadOnlyMemory<byte> Bytes, bool IsText);
