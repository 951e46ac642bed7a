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
        problem = FindTextProblem(name)
            ?? (!name.AsSpan().ContainsAny('+', '#')
                ? null
                : $"Topic Name '{name}' contains a wildcard [MQTT-3.3.2-2].");
        return problem is null;
    }

    internal static string? FindTextProblem(string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            return "A topic is at least one character long [MQTT-4.7.3-1].";
        }

        if (text.Contains('\0', StringComparison.Ordinal))
        {
            return "A topic does not contain the character U+0000 [MQTT-4.7.3-2].";
        }

        if (!HasOnlyWholeCharacters(text))
        {
            return "A topic does not contain half of a surrogate pair [MQTT-1.5.3-1].";
        }

        // Each UTF-16 unit is at most 3 bytes, so short texts need no count.
        return text.Length > MaxBytes / 3 && Encoding.UTF8.GetByteCount(text) > MaxBytes
            ? $"A topic is at most {MaxBytes} bytes long [MQTT-4.7.3-3]."
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
