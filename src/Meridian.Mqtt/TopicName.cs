using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Meridian.Mqtt;

/// <summary>The rules for the name that a message is published to (MQTT 3.1.1 §4.7).</summary>
public static class TopicName
{
    /// <summary>The longest Topic Name or Topic Filter, in bytes of UTF-8 [MQTT-4.7.3-3].</summary>
    public const int MaxBytes = 65_535;

    /// <summary>Says whether a text may be published to.</summary>
    /// <param name="name">The text.</param>
    /// <param name="problem">What is wrong, as a sentence; null when it is valid.</param>
    public static bool IsValid([NotNullWhen(true)] string? name, [NotNullWhen(false)] out string? problem)
    {
        var fault = FindTextFault(name)
            ?? (!name.AsSpan().ContainsAny('+', '#')
                ? null
                : new TopicFault($"Topic Name '{name}' contains a wildcard", "MQTT-3.3.2-2"));
        problem = fault?.Sentence;
        return problem is null;
    }

    internal static TopicFault? FindTextFault(string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            return new TopicFault("A topic is at least one character long", "MQTT-4.7.3-1");
        }

        if (text.Contains('\0', StringComparison.Ordinal))
        {
            return new TopicFault("A topic does not contain the character U+0000", "MQTT-4.7.3-2");
        }

        if (!HasOnlyWholeCharacters(text))
        {
            return new TopicFault("A topic does not contain half of a surrogate pair", "MQTT-1.5.3-1", "MQTT-1.5.4-1");
        }

        // Each UTF-16 unit is at most 3 bytes, so short texts need no count.
        return text.Length > MaxBytes / 3 && Encoding.UTF8.GetByteCount(text) > MaxBytes
            ? new TopicFault($"A topic is at most {MaxBytes} bytes long", "MQTT-4.7.3-3")
            : null;
    }

    internal static bool HasOnlyWholeCharacters(ReadOnlySpan<char> text)
    {
        var start = text.IndexOfAnyInRange('\uD800', '\uDFFF');
        if (start < 0)
        {
            return true;
        }

        for (var i = start; i < text.Length; i++)
        {
            if (char.IsHighSurrogate(text[i]) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]))
            {
                i++;
            }
            else if (char.IsSurrogate(text[i]))
            {
                return false;
            }
        }

        return true;
    }
}

/// <summary>What is wrong with a Topic Name or Topic Filter.</summary>
/// <param name="Words">A sentence without its full stop.</param>
/// <param name="Statement">The statement that is broken, of MQTT 3.1.1.</param>
/// <param name="StatementOf5">The same of MQTT 5.0, where it has another identifier.</param>
internal sealed record TopicFault(string Words, string Statement, string? StatementOf5 = null)
{
    public string Sentence => $"{Words} [{Statement}].";

    public MqttProtocolException ToException(MqttProtocolVersion version) => new(
        version >= MqttProtocolVersion.V50 ? StatementOf5 ?? Statement : Statement,
        MqttReasonCode.MalformedPacket,
        Words + ".");
}
