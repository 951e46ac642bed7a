using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Meridian.Formats.Text;

namespace Meridian.Formats.Templates;

/// <summary>
/// How a timestamp is written, where a template says so: <c>{timestamp:unixMilliseconds}</c>, or a pattern of .NET such
/// as <c>{timestamp:yyyy-MM-dd HH:mm:ss}</c>, in UTC. Immutable; any thread.
/// </summary>
internal sealed class TemplateTime
{
    private const int MaxPatternLength = 64;

    /// <summary>No pattern writes more: <c>MMMM</c> makes 9 characters, <c>z</c> 2, any other sign 4 bytes.</summary>
    private const int MaxBytes = 4 * MaxPatternLength;

    private const int NanosecondsInstead = -1;

    private static readonly (string Word, int TicksEach)[] Words =
    [
        ("iso", 0), ("unixSeconds", (int)TimeSpan.TicksPerSecond),
        ("unixMilliseconds", (int)TimeSpan.TicksPerMillisecond),
        ("unixMicroseconds", (int)TimeSpan.TicksPerMicrosecond), ("unixNanoseconds", NanosecondsInstead),
    ];

    private static readonly SearchValues<char> PatternLetters = SearchValues.Create("dfFHhKMmstTyzZ");

    private readonly string? _pattern;
    private readonly int _ticksEach;

    private TemplateTime(string? pattern, int ticksEach)
    {
        _pattern = pattern;
        _ticksEach = ticksEach;
    }

    /// <summary>Whether it is written as a whole number.</summary>
    public bool IsNumber => _ticksEach != 0;

    /// <summary>Reads a format.</summary>
    /// <param name="format">What stands behind the colon.</param>
    /// <param name="time">How it is written; null when there is a problem.</param>
    /// <param name="problem">What is wrong, the end of a sentence; null when nothing is.</param>
    public static bool TryParse(
        string format, [NotNullWhen(true)] out TemplateTime? time, [NotNullWhen(false)] out string? problem)
    {
        time = null;
        problem = null;
        foreach (var (word, ticksEach) in Words)
        {
            if (string.Equals(word, format, StringComparison.OrdinalIgnoreCase))
            {
                time = new TemplateTime(null, ticksEach);
                return true;
            }
        }

        problem = FindProblem(format);
        time = problem is null ? new TemplateTime(format, 0) : null;
        return time is not null;
    }

    /// <summary>Writes a timestamp without allocation.</summary>
    /// <param name="timestamp">The timestamp.</param>
    /// <param name="output">Where to.</param>
    public void Write(DateTimeOffset timestamp, IBufferWriter<byte> output)
    {
        var written = 0;
        if (_pattern is not null)
        {
            timestamp.UtcDateTime.TryFormat(
                output.GetSpan(MaxBytes), out written, _pattern, CultureInfo.InvariantCulture);
        }
        else if (_ticksEach == 0)
        {
            written = ReadingText.FormatTimestamp(timestamp, output.GetSpan(MaxBytes));
        }
        else
        {
            // Nanoseconds of the year 9999 are beyond 64 bits.
            var ticks = timestamp.UtcTicks - DateTimeOffset.UnixEpoch.Ticks;
            var number = _ticksEach == NanosecondsInstead
                ? (Int128)ticks * TimeSpan.NanosecondsPerTick
                : FloorDivide(ticks, _ticksEach);
            number.TryFormat(output.GetSpan(MaxBytes), out written, default, CultureInfo.InvariantCulture);
        }

        output.Advance(written);
    }

    /// <summary>Before 1970 too, an amount is that of the whole unit that has passed.</summary>
    private static long FloorDivide(long ticks, long ticksEach) =>
        (ticks / ticksEach) - (ticks % ticksEach < 0 ? 1 : 0);

    private static string? FindProblem(string format)
    {
        const string WayOut = "write iso, unixSeconds, unixMilliseconds, unixMicroseconds, unixNanoseconds or a "
            + "pattern such as {timestamp:yyyy-MM-dd HH:mm:ss}";
        if (format.Length is < 2 or > MaxPatternLength)
        {
            return $"a format has 2 to {MaxPatternLength} characters; {WayOut}";
        }

        if (FindStrangeLetter(format) is { } letter)
        {
            return $"the letter '{letter}' means nothing in a pattern; {WayOut}, words within it in quotes";
        }

        try
        {
            _ = DateTime.UnixEpoch.ToString(format, CultureInfo.InvariantCulture);
            return null;
        }
        catch (FormatException)
        {
            return $"that is no pattern; {WayOut}";
        }
    }

    /// <summary>A letter outside quotes that would be written as it is: most likely a slip.</summary>
    private static char? FindStrangeLetter(string format)
    {
        char? quote = null;
        for (var at = 0; at < format.Length; at++)
        {
            var sign = format[at];
            if (quote is not null)
            {
                quote = sign == quote ? null : quote;
            }
            else if (sign is '\'' or '"')
            {
                quote = sign;
            }
            else if (sign == '\\')
            {
                at++;
            }
            else if (char.IsLetter(sign) && !PatternLetters.Contains(sign))
            {
                return sign;
            }
        }

        return null;
    }
}
