using System.Buffers;
using System.Globalization;
using System.Text;
using Meridian.Mqtt;

namespace Meridian.Gateway.Commands.Mqtt;

/// <summary>A <c>--format</c> of the user's own: text with places such as <c>%t</c>, as mosquitto_sub's.</summary>
internal sealed class MessageTemplate
{
    private readonly List<(string Text, char Place)> _parts;

    private MessageTemplate(List<(string Text, char Place)> parts) => _parts = parts;

    private delegate void PlaceWriter(in MqttMessage message, DateTimeOffset received, ArrayBufferWriter<byte> output);

    /// <summary>Every place, for the help.</summary>
    public const string Help =
        "%t topic, %p payload, %x payload in hex, %l its length, %q QoS, %r retain, %d duplicate, %I time, %U seconds "
        + "since 1970, %C content type, %R response topic, %D correlation data in hex, %E expiry, "
        + "%P user properties, %%";

    private static readonly Dictionary<char, PlaceWriter> Places = new()
    {
        ['%'] = static (in _, _, output) => output.Write("%"u8),
        ['t'] = static (in message, _, output) => Write(message.Topic, output),
        ['p'] = static (in message, _, output) => WriteBytes(message.Payload, output),
        ['x'] = static (in message, _, output) => MessageFormat.WriteHex(message.Payload, output),
        ['l'] = static (in message, _, output) => Write(message.Payload.Length, output),
        ['q'] = static (in message, _, output) => Write((long)message.Qos, output),
        ['r'] = static (in message, _, output) => Write(message.IsRetained ? 1 : 0, output),
        ['d'] = static (in message, _, output) => Write(message.IsDuplicate ? 1 : 0, output),
        ['I'] = static (in _, received, output) => Write(received.ToString("O", CultureInfo.InvariantCulture), output),
        ['U'] = static (in _, received, output) => Write(
            (received.ToUnixTimeMilliseconds() / 1000m).ToString("F3", CultureInfo.InvariantCulture), output),
        ['C'] = static (in message, _, output) => Write(message.Properties?.ContentType, output),
        ['R'] = static (in message, _, output) => Write(message.Properties?.ResponseTopic, output),
        ['D'] = static (in message, _, output) => MessageFormat.WriteHex(
            new ReadOnlySequence<byte>(message.Properties?.CorrelationData ?? default), output),
        ['E'] = static (in message, _, output) => Write(
            message.Properties?.Expiry?.TotalSeconds.ToString("F0", CultureInfo.InvariantCulture), output),
        ['P'] = static (in message, _, output) => Write(
            string.Join(' ', (message.Properties?.UserProperties ?? []).Select(each => $"{each.Name}:{each.Value}")),
            output),
    };

    /// <summary>Reads a template.</summary>
    /// <param name="text">The text; <c>\n</c>, <c>\t</c> and <c>\\</c> stand for what they do elsewhere.</param>
    /// <param name="problem">What is wrong with it.</param>
    /// <returns>Null when something is wrong.</returns>
    public static MessageTemplate? TryParse(string text, out string? problem)
    {
        var parts = new List<(string, char)>();
        var plain = new StringBuilder();
        problem = null;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] is not ('%' or '\\'))
            {
                plain.Append(text[i]);
                continue;
            }

            var sign = text[i];
            var letter = i + 1 < text.Length ? text[++i] : '\0';
            if (sign == '\\' && Escaped(letter) is { } escaped)
            {
                plain.Append(escaped);
            }
            else if (sign == '%' && Places.ContainsKey(letter))
            {
                parts.Add((plain.ToString(), letter));
                plain.Clear();
            }
            else
            {
                problem = letter == '\0'
                    ? $"--format ends with '{sign}'; write {sign}{sign} for the character itself."
                    : $"--format has '{sign}{letter}' at character {i}, which means nothing; there are {Help}, "
                        + @"and \n, \t, \\.";
                return null;
            }
        }

        parts.Add((plain.ToString(), '\0'));
        return new MessageTemplate(parts);
    }

    public void Write(in MqttMessage message, DateTimeOffset received, ArrayBufferWriter<byte> output)
    {
        foreach (var (text, place) in _parts)
        {
            Write(text, output);
            if (place != '\0')
            {
                Places[place](message, received, output);
            }
        }
    }

    private static char? Escaped(char letter) => letter switch
    {
        'n' => '\n',
        't' => '\t',
        '\\' => '\\',
        _ => null,
    };

    private static void Write(string? text, ArrayBufferWriter<byte> output)
    {
        if (!string.IsNullOrEmpty(text))
        {
            Encoding.UTF8.GetBytes(text, output);
        }
    }

    private static void Write(long number, ArrayBufferWriter<byte> output) =>
        Write(number.ToString(CultureInfo.InvariantCulture), output);

    private static void WriteBytes(in ReadOnlySequence<byte> bytes, ArrayBufferWriter<byte> output)
    {
        foreach (var part in bytes)
        {
            output.Write(part.Span);
        }
    }
}
