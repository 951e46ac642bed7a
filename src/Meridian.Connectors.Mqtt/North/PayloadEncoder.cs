using System.Buffers;
using Meridian.Formats.Json;
using Meridian.Formats.Text;
using Meridian.Sdk.Readings;

namespace Meridian.Connectors.Mqtt.North;

/// <summary>From a reading to its payload, in a buffer that is used again. Used by one call at a time.</summary>
internal sealed class PayloadEncoder(MqttNorthFormat format) : IDisposable
{
    // One huge reading shall not keep its memory for years.
    private const int MaxIdleBytes = 1024 * 1024;

    private readonly ReadingJsonWriter _json = new();
    private ArrayBufferWriter<byte> _buffer = new();

    /// <summary>The payload; valid until the next call.</summary>
    public ReadOnlyMemory<byte> Encode(in Reading reading)
    {
        if (_buffer.Capacity > MaxIdleBytes)
        {
            _buffer = new ArrayBufferWriter<byte>();
        }

        _buffer.ResetWrittenCount();
        if (format == MqttNorthFormat.Json)
        {
            _json.Write(reading, _buffer);
        }
        else if (reading.Value.Kind == ReadingValueKind.Bytes)
        {
            return reading.Value.AsBytes();
        }
        else
        {
            ReadingText.WriteValue(reading.Value, _buffer);
        }

        return _buffer.WrittenMemory;
    }

    public void Dispose() => _json.Dispose();
}
