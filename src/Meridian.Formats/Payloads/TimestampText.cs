using System.Globalization;

namespace Meridian.Formats.Payloads;

/// <summary>Timestamps as text, without allocation.</summary>
internal static class TimestampText
{
    public static bool TryParse(ReadOnlySpan<byte> text, TimestampFormat format, out DateTimeOffset timestamp) =>
        format == TimestampFormat.Iso ? TryParseIso(text, out timestamp) : TryParseUnix(text, format, out timestamp);

    public static string Describe(TimestampFormat format) => format switch
    {
        TimestampFormat.Iso => "an ISO 8601 timestamp such as 2026-11-21T10:15:00Z",
        TimestampFormat.UnixSeconds => "seconds since 1970",
        TimestampFormat.UnixMilliseconds => "milliseconds since 1970",
        TimestampFormat.UnixMicroseconds => "microseconds since 1970",
        _ => "nanoseconds since 1970",
    };

    private static bool TryParseUnix(ReadOnlySpan<byte> text, TimestampFormat format, out DateTimeOffset timestamp)
    {
        timestamp = default;
        if (!decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var amount))
        {
            return false;
        }

        return TryFromUnix(amount, format, out timestamp);
    }

    /// <summary>The instant of an amount of time since 1970.</summary>
    internal static bool TryFromUnix(decimal amount, TimestampFormat format, out DateTimeOffset timestamp)
    {
        timestamp = default;

        // Checked before it is multiplied, so that no amount can overflow: no year beyond 9999 is within 10^21 of any
        // unit.
        if (Math.Abs(amount) > 1e21m)
        {
            return false;
        }

        var ticks = format switch
        {
            TimestampFormat.UnixSeconds => amount * TimeSpan.TicksPerSecond,
            TimestampFormat.UnixMilliseconds => amount * TimeSpan.TicksPerMillisecond,
            TimestampFormat.UnixMicroseconds => amount * TimeSpan.TicksPerMicrosecond,
            _ => amount / TimeSpan.NanosecondsPerTick,
        };
        ticks = decimal.Floor(ticks) + DateTimeOffset.UnixEpoch.Ticks;
        if (ticks < 0 || ticks > DateTimeOffset.MaxValue.Ticks)
        {
            return false;
        }

        timestamp = new DateTimeOffset((long)ticks, TimeSpan.Zero);
        return true;
    }

    /// <summary>
    /// <c>yyyy-MM-dd</c>, optionally <c>T</c> or a space and <c>HH:mm[:ss[.fraction]]</c>, optionally <c>Z</c> or
    /// <c>±hh[[:]mm]</c>. Digits beyond 100 ns are cut.
    /// </summary>
    private static bool TryParseIso(ReadOnlySpan<byte> text, out DateTimeOffset timestamp)
    {
        var isTime = TryParseIso(text, out var time, out _);
        timestamp = isTime ? new DateTimeOffset(time.Ticks, TimeSpan.Zero) : default;
        return isTime;
    }

    /// <summary>The same, and whether the text tells its offset; when not, the time is as it was written.</summary>
    internal static bool TryParseIso(ReadOnlySpan<byte> text, out DateTime time, out bool hasOffset)
    {
        time = default;
        hasOffset = false;
        if (!TryTake(ref text, 4, out var year) || !TrySkip(ref text, (byte)'-')
            || !TryTake(ref text, 2, out var month) || !TrySkip(ref text, (byte)'-')
            || !TryTake(ref text, 2, out var day)
            || year < 1 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month))
        {
            return false;
        }

        var ticks = new DateTime(year, month, day, 0, 0, 0, DateTimeKind.Utc).Ticks;
        if (!text.IsEmpty)
        {
            if (!(TrySkip(ref text, (byte)'T') || TrySkip(ref text, (byte)'t') || TrySkip(ref text, (byte)' '))
                || !TryTakeTime(ref text, out var ofDay))
            {
                return false;
            }

            hasOffset = !text.IsEmpty;
            if (!TryTakeOffset(ref text, out var offset))
            {
                return false;
            }

            ticks += ofDay - offset;
        }

        if (!text.IsEmpty || ticks < 0 || ticks > DateTime.MaxValue.Ticks)
        {
            return false;
        }

        time = new DateTime(ticks);
        return true;
    }

    private static bool TryTakeTime(ref ReadOnlySpan<byte> text, out long ticks)
    {
        ticks = 0;
        var second = 0;
        if (!TryTake(ref text, 2, out var hour) || !TrySkip(ref text, (byte)':')
            || !TryTake(ref text, 2, out var minute)
            || (TrySkip(ref text, (byte)':') && !TryTake(ref text, 2, out second))
            || hour > 23 || minute > 59 || second > 59)
        {
            return false;
        }

        ticks = (((hour * 60L) + minute) * 60 + second) * TimeSpan.TicksPerSecond;
        if (!TrySkip(ref text, (byte)'.') && !TrySkip(ref text, (byte)','))
        {
            return true;
        }

        var digits = 0;
        for (var unit = TimeSpan.TicksPerSecond / 10; !text.IsEmpty && char.IsAsciiDigit((char)text[0]); unit /= 10)
        {
            ticks += (text[0] - '0') * unit;
            text = text[1..];
            digits++;
        }

        return digits > 0;
    }

    private static bool TryTakeOffset(ref ReadOnlySpan<byte> text, out long ticks)
    {
        ticks = 0;
        if (text.IsEmpty || TrySkip(ref text, (byte)'Z') || TrySkip(ref text, (byte)'z'))
        {
            return true;
        }

        var sign = text[0] == '+' ? 1 : -1;
        if (!TrySkip(ref text, (byte)'+') && !TrySkip(ref text, (byte)'-'))
        {
            return false;
        }

        var minute = 0;
        if (!TryTake(ref text, 2, out var hour)
            || ((TrySkip(ref text, (byte)':') || !text.IsEmpty) && !TryTake(ref text, 2, out minute))
            || hour > 23 || minute > 59)
        {
            return false;
        }

        ticks = sign * ((hour * 60L) + minute) * TimeSpan.TicksPerMinute;
        return true;
    }

    private static bool TrySkip(ref ReadOnlySpan<byte> text, byte expected)
    {
        if (text.IsEmpty || text[0] != expected)
        {
            return false;
        }

        text = text[1..];
        return true;
    }

    private static bool TryTake(ref ReadOnlySpan<byte> text, int digits, out int number)
    {
        number = 0;
        if (text.Length < digits)
        {
            return false;
        }

        foreach (var digit in text[..digits])
        {
            if (digit is < (byte)'0' or > (byte)'9')
            {
                return false;
            }

            number = (number * 10) + (digit - '0');
        }

        text = text[digits..];
        return true;
    }
}
