using System.Buffers.Binary;
using System.Text;

namespace Meridian.Mqtt.Wire;

/// <summary>
/// Writes from front to back into a span that is known to be large enough, or only measures, so that one description of
/// a packet gives both its length and its bytes.
/// </summary>
internal ref struct SpanWriter
{
    private readonly Span<byte> _span;
    private readonly bool _isMeasuring;

    public SpanWriter(Span<byte> span) => _span = span;

    private SpanWriter(bool isMeasuring) => _isMeasuring = isMeasuring;

    public int Written { get; private set; }

    public static SpanWriter ForMeasuring() => new(isMeasuring: true);

    public static int VariableIntegerBytes(long value) => value switch
    {
        < 128 => 1,
        < 16_384 => 2,
        < 2_097_152 => 3,
        _ => 4,
    };

    public void Byte(byte value)
    {
        if (!_isMeasuring)
        {
            _span[Written] = value;
        }

        Written++;
    }

    public void UInt16(ushort value)
    {
        if (!_isMeasuring)
        {
            BinaryPrimitives.WriteUInt16BigEndian(_span[Written..], value);
        }

        Written += sizeof(ushort);
    }

    public void UInt32(uint value)
    {
        if (!_isMeasuring)
        {
            BinaryPrimitives.WriteUInt32BigEndian(_span[Written..], value);
        }

        Written += sizeof(uint);
    }

    /// <summary>In the fewest bytes [MQTT-1.5.5-1].</summary>
    public void VariableInteger(int value)
    {
        while (value >= 0x80)
        {
            Byte((byte)(value | 0x80));
            value >>= 7;
        }

        Byte((byte)value);
    }

    public void Text(string text)
    {
        if (_isMeasuring)
        {
            Written += sizeof(ushort) + Encoding.UTF8.GetByteCount(text);
            return;
        }

        var bytes = Encoding.UTF8.GetBytes(text, _span[(Written + sizeof(ushort))..]);
        UInt16(checked((ushort)bytes));
        Written += bytes;
    }

    public void Binary(ReadOnlySpan<byte> bytes)
    {
        UInt16(checked((ushort)bytes.Length));
        Raw(bytes);
    }

    public void Raw(ReadOnlySpan<byte> bytes)
    {
        if (!_isMeasuring)
        {
            bytes.CopyTo(_span[Written..]);
        }

        Written += bytes.Length;
    }

    public void Flag(PropertyIdentifier identifier, bool value)
    {
        Byte((byte)identifier);
        Byte(value ? (byte)1 : (byte)0);
    }

    public void UInt16(PropertyIdentifier identifier, ushort value)
    {
        Byte((byte)identifier);
        UInt16(value);
    }

    public void UInt32(PropertyIdentifier identifier, uint value)
    {
        Byte((byte)identifier);
        UInt32(value);
    }

    /// <summary>Nothing for null, as in the next one.</summary>
    public void Text(PropertyIdentifier identifier, string? value)
    {
        if (value is not null)
        {
            Byte((byte)identifier);
            Text(value);
        }
    }

    public void Binary(PropertyIdentifier identifier, ReadOnlyMemory<byte>? value)
    {
        if (value is { } bytes)
        {
            Byte((byte)identifier);
            Binary(bytes.Span);
        }
    }

    /// <summary>Their order is kept [MQTT-3.1.3-10].</summary>
    public void UserProperties(IReadOnlyList<MqttUserProperty> properties)
    {
        for (var i = 0; i < properties.Count; i++)
        {
            Byte((byte)PropertyIdentifier.UserProperty);
            Text(properties[i].Name);
            Text(properties[i].Value);
        }
    }

    public void Details(ReasonDetails? details)
    {
        if (details is not null)
        {
            Text(PropertyIdentifier.ReasonString, details.ReasonString);
            UserProperties(details.UserProperties);
        }
    }

    /// <summary>What a PUBLISH and a Will share.</summary>
    public void Message(MqttMessageProperties? properties)
    {
        if (properties is null)
        {
            return;
        }

        if (properties.IsText)
        {
            Flag(PropertyIdentifier.PayloadFormatIndicator, value: true);
        }

        if (properties.Expiry is { } expiry)
        {
            UInt32(PropertyIdentifier.MessageExpiryInterval, WireTime.ToSeconds(expiry));
        }

        Text(PropertyIdentifier.ContentType, properties.ContentType);
        Text(PropertyIdentifier.ResponseTopic, properties.ResponseTopic);
        Binary(PropertyIdentifier.CorrelationData, properties.CorrelationData);
        UserProperties(properties.UserProperties);
    }
}
