using System.Buffers;
using System.Text;
using Meridian.Formats.Text;
using Meridian.Sdk.Readings;

namespace Meridian.Formats.Csv;

/// <summary>The fields of CSV (RFC 4180) in UTF-8, without allocation.</summary>
internal static class CsvText
{
    /// <summary>
    /// Writes a text; quoted when it is empty, holds the delimiter, a quote or a line end, or begins or ends with white
    /// space.
    /// </summary>
    public static void WriteField(ReadOnlySpan<char> text, char delimiter, IBufferWriter<byte> output)
    {
        var isPlain = !text.IsEmpty && !text.ContainsAny('"', '\r', '\n') && !text.Contains(delimiter)
            && !char.IsWhiteSpace(text[0]) && !char.IsWhiteSpace(text[^1]);
        if (isPlain)
        {
            Encoding.UTF8.GetBytes(text, output);
            return;
        }

        output.Write("\""u8);
        for (var quote = text.IndexOf('"'); quote >= 0; quote = text.IndexOf('"'))
        {
            Encoding.UTF8.GetBytes(text[..(quote + 1)], output);
            output.Write("\""u8);
            text = text[(quote + 1)..];
        }

        Encoding.UTF8.GetBytes(text, output);
        output.Write("\""u8);
    }

    /// <summary>Writes a value: no value is an empty field, an empty text is <c>""</c>.</summary>
    public static void WriteValue(in ReadingValue value, char delimiter, IBufferWriter<byte> output)
    {
        switch (value.Kind)
        {
            case ReadingValueKind.String or ReadingValueKind.Json:
                WriteField(value.AsString(), delimiter, output);
                break;
            case ReadingValueKind.Null:
                break;
            default:
                ReadingText.WriteValue(value, output);
                break;
        }
    }
}
