using System.Buffers;
using System.Globalization;
using System.Text;

namespace Meridian.Formats.LineProtocol;

/// <summary>
/// The elements of InfluxDB line protocol in UTF-8:
/// <c>measurement[,tag=value…] field=value[,field=value…] timestamp</c>. A reader will stand beside it.
/// </summary>
/// <remarks>
/// <para>
/// After the line protocol reference of InfluxData, sections "Special characters", "Data types and format" and
/// "Naming restrictions" (InfluxDB 1.8, 2.x and 3): in a measurement a comma and a space are escaped by a backslash, in
/// tag keys, tag values and field keys an equals sign too, in a string a double quote and a backslash. Outside of
/// strings a backslash cannot be escaped itself: it stands for itself unless a special character follows.
/// </para>
/// <para>
/// So some names cannot be written, and <see cref="NameProblem"/> and <see cref="MeasurementProblem"/> say which: none
/// at all, with a line end, with a backslash at the end (it would escape what follows), or, for a measurement, with a
/// number sign first (the whole line would be a comment). Ask them first. Any thread; nothing is allocated.
/// </para>
/// </remarks>
public static class LineProtocolWriter
{
    /// <summary>Digits of any number, with room: the longest double has 24.</summary>
    private const int MaxNumberBytes = 40;

    private static readonly SearchValues<char> InMeasurement = SearchValues.Create(", ");
    private static readonly SearchValues<char> InName = SearchValues.Create(",= ");
    private static readonly SearchValues<char> InText = SearchValues.Create("\"\\");

    /// <summary>Why a text cannot be a tag key, tag value or field key; null when it can.</summary>
    /// <param name="name">The text.</param>
    public static string? NameProblem(ReadOnlySpan<char> name) =>
        name.IsEmpty ? "it is empty"
        : name.ContainsAny('\r', '\n') ? "it has a line end in it"
        : name[^1] == '\\' ? "it ends with a backslash, which would escape what follows"
        : null;

    /// <summary>Why a text cannot be a measurement; null when it can.</summary>
    /// <param name="name">The text.</param>
    public static string? MeasurementProblem(ReadOnlySpan<char> name) =>
        NameProblem(name) ?? (name[0] == '#' ? "it begins with #, which makes a comment of the line" : null);

    /// <summary>Writes a measurement.</summary>
    /// <param name="name">The measurement; <see cref="MeasurementProblem"/> finds nothing.</param>
    /// <param name="output">Where to.</param>
    public static void WriteMeasurement(ReadOnlySpan<char> name, IBufferWriter<byte> output) =>
        WriteEscaped(name, InMeasurement, output);

    /// <summary>Writes a tag key, a tag value or a field key.</summary>
    /// <param name="name">The text; <see cref="NameProblem"/> finds nothing.</param>
    /// <param name="output">Where to.</param>
    public static void WriteName(ReadOnlySpan<char> name, IBufferWriter<byte> output) =>
        WriteEscaped(name, InName, output);

    /// <summary>Writes a field's text, in quotes. A line end in it stays: all versions read on to the closing quote.
    /// </summary>
    /// <param name="text">The text.</param>
    /// <param name="output">Where to.</param>
    public static void WriteText(ReadOnlySpan<char> text, IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(output);

        output.Write("\""u8);
        WriteEscaped(text, InText, output);
        output.Write("\""u8);
    }

    /// <summary>Writes a field's bytes as base64, in quotes.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <param name="output">Where to.</param>
    public static void WriteBytes(ReadOnlySpan<byte> bytes, IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(output);

        output.Write("\""u8);
        var length = System.Buffers.Text.Base64.GetMaxEncodedToUtf8Length(bytes.Length);
        System.Buffers.Text.Base64.EncodeToUtf8(bytes, output.GetSpan(length), out _, out var written);
        output.Advance(written);
        output.Write("\""u8);
    }

    /// <summary>Writes a field's float, as short as it round-trips.</summary>
    /// <param name="value">The number; NaN and the infinities have no form in line protocol.</param>
    /// <param name="output">Where to.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number is not finite.</exception>
    public static void WriteFloat(double value, IBufferWriter<byte> output)
    {
        if (!double.IsFinite(value))
        {
            throw new ArgumentOutOfRangeException(nameof(value), value, "Line protocol has no form for it.");
        }

        WriteNumber(value, "R", output);
    }

    /// <summary>Writes a field's integer, with its <c>i</c>.</summary>
    /// <param name="value">The number.</param>
    /// <param name="output">Where to.</param>
    public static void WriteInteger(long value, IBufferWriter<byte> output)
    {
        WriteNumber(value, default, output);
        output.Write("i"u8);
    }

    /// <summary>Writes a field's unsigned integer, with its <c>u</c>; InfluxDB 2 and later know it.</summary>
    /// <param name="value">The number.</param>
    /// <param name="output">Where to.</param>
    public static void WriteUnsigned(ulong value, IBufferWriter<byte> output)
    {
        WriteNumber(value, default, output);
        output.Write("u"u8);
    }

    /// <summary>Writes a field's boolean.</summary>
    /// <param name="value">The boolean.</param>
    /// <param name="output">Where to.</param>
    public static void WriteBoolean(bool value, IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(output);
        output.Write(value ? "true"u8 : "false"u8);
    }

    /// <summary>Writes a timestamp.</summary>
    /// <param name="sinceEpoch">Units of the request's precision since 1970-01-01T00:00:00Z.</param>
    /// <param name="output">Where to.</param>
    public static void WriteTimestamp(long sinceEpoch, IBufferWriter<byte> output) =>
        WriteNumber(sinceEpoch, default, output);

    private static void WriteNumber<T>(T number, ReadOnlySpan<char> format, IBufferWriter<byte> output)
        where T : IUtf8SpanFormattable
    {
        ArgumentNullException.ThrowIfNull(output);

        number.TryFormat(output.GetSpan(MaxNumberBytes), out var written, format, CultureInfo.InvariantCulture);
        output.Advance(written);
    }

    private static void WriteEscaped(ReadOnlySpan<char> text, SearchValues<char> special, IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(output);

        for (var at = text.IndexOfAny(special); at >= 0; at = text.IndexOfAny(special))
        {
            Encoding.UTF8.GetBytes(text[..at], output);
            output.Write([(byte)'\\', (byte)text[at]]);
            text = text[(at + 1)..];
        }

        Encoding.UTF8.GetBytes(text, output);
    }
}
