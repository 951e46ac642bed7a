using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace Meridian.Configuration.Json;

/// <summary>The file's bytes → its syntax, or the one problem that keeps it from being read at all.</summary>
internal static class JsonText
{
    /// <summary>Reads a text.</summary>
    /// <returns>Whether it is JSON; if not, <paramref name="problem"/> says where it ceases to be.</returns>
    public static bool TryParse(
        ReadOnlySpan<byte> utf8,
        [NotNullWhen(true)] out JsonSyntax? syntax,
        [NotNullWhen(false)] out ConfigurationProblem? problem)
    {
        syntax = null;
        var text = utf8.StartsWith("\uFEFF"u8) ? utf8[3..] : utf8;
        problem = FindEncodingProblem(text);
        if (problem is not null)
        {
            return false;
        }

        try
        {
            syntax = JsonSyntaxParser.Parse(text);
            return true;
        }
        catch (JsonException exception)
        {
            problem = ToProblem(text, exception);
            return false;
        }
    }

    private static ConfigurationProblem? FindEncodingProblem(ReadOnlySpan<byte> text)
    {
        if (text.Trim(" \t\r\n"u8).IsEmpty)
        {
            return new ConfigurationProblem(
                string.Empty,
                1,
                "The configuration is empty; the smallest one is '{}', a gateway that carries nothing.");
        }

        if (text.Length >= 2 && (text is [0xFE, 0xFF, ..] or [0xFF, 0xFE, ..] || text[..2].Contains((byte)0)))
        {
            return new ConfigurationProblem(
                string.Empty, 1, "The configuration is UTF-16 text or binary; save it as UTF-8.");
        }

        if (Utf8.IsValid(text))
        {
            return null;
        }

        var valid = CountValid(text);
        var line = text[..valid].Count((byte)'\n') + 1;
        return new ConfigurationProblem(
            string.Empty, line, $"The byte 0x{text[valid]:X2} in this line is not UTF-8; save the file as UTF-8.");
    }

    private static int CountValid(ReadOnlySpan<byte> text)
    {
        var valid = 0;
        while (Rune.DecodeFromUtf8(text[valid..], out _, out var consumed) == System.Buffers.OperationStatus.Done)
        {
            valid += consumed;
        }

        return valid;
    }

    private static ConfigurationProblem ToProblem(ReadOnlySpan<byte> text, JsonException exception)
    {
        var line = (int)(exception.LineNumber ?? 0) + 1;
        var message = exception.Message;
        var tail = message.IndexOf(" LineNumber:", StringComparison.Ordinal);
        if (tail >= 0)
        {
            // The reader counts lines and bytes from 0; people count lines and characters from 1.
            message = message[..tail];
        }

        var column = exception.BytePositionInLine is { } bytes
            ? $" at line {line}, column {ToColumn(text, line, (int)bytes)}"
            : $" at line {line}";
        return new ConfigurationProblem(string.Empty, line, $"This is not JSON{column}: {message}");
    }

    private static int ToColumn(ReadOnlySpan<byte> text, int line, int bytes)
    {
        for (var skipped = 1; skipped < line; skipped++)
        {
            var end = text.IndexOf((byte)'\n');
            if (end < 0)
            {
                return 1;
            }

            text = text[(end + 1)..];
        }

        return Encoding.UTF8.GetCharCount(text[..Math.Min(bytes, text.Length)]) + 1;
    }
}
