using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using Meridian.Formats.Payloads;
using Meridian.Sdk.Settings;
using Meridian.Sdk.South;

namespace Meridian.Formats.Times;

/// <summary>Reads and writes times by a compiled <see cref="TimestampSpec"/>.</summary>
/// <remarks>Immutable; any thread. What is no time is false, never an exception.</remarks>
public sealed class TimestampCodec
{
    /// <summary>The longest text of a time that makes sense, with room.</summary>
    private const int MaxLength = 128;

    /// <summary>1970-01-01 UTC in days since SQLite's beginning of days.</summary>
    private const decimal JulianOfUnixEpoch = 2_440_587.5m;

    // A double of such a day is exact to 40 µs, and SQLite itself goes by the millisecond.
    private const decimal JulianSlackDays = 0.001m / 86_400m;

    private static readonly DateTimeOffset Sample = new(2026, 11, 21, 22, 15, 37, 250, TimeSpan.Zero);

    private readonly TimestampSpec _spec;
    private readonly TimeZoneInfo _zone;
    private readonly bool _tellsOffset;

    private TimestampCodec(TimestampSpec spec, TimeZoneInfo zone)
    {
        _spec = spec;
        _zone = zone;
        _tellsOffset = spec.Pattern is { } pattern && TellsOffset(pattern);
    }

    /// <summary>Whether times are numbers: since 1970 or Julian days.</summary>
    public bool IsNumber => _spec.Format is not (TimeFormat.Iso or TimeFormat.Custom);

    /// <summary>The zone of times that do not tell their offset.</summary>
    public TimeZoneInfo Zone => _zone;

    /// <summary>Compiles a spec.</summary>
    /// <param name="spec">How times are written.</param>
    /// <param name="codec">What reads and writes them; null when there are problems.</param>
    /// <param name="problems">
    /// Everything that is wrong, with the paths <c>format</c>, <c>pattern</c> and <c>timeZone</c>; empty when nothing
    /// is.
    /// </param>
    /// <returns>Whether it could be compiled.</returns>
    public static bool TryCompile(
        TimestampSpec spec,
        [NotNullWhen(true)] out TimestampCodec? codec,
        out IReadOnlyList<SettingsProblem> problems)
    {
        ArgumentNullException.ThrowIfNull(spec);

        var found = new List<SettingsProblem>();
        if (!Enum.IsDefined(spec.Format))
        {
            found.Add(new SettingsProblem(
                "format",
                $"The time format {spec.Format} does not exist; use iso, unixSeconds or another of its kind."));
        }

        var zone = TimeZoneInfo.Utc;
        if (spec.TimeZone is { } id && !TimeZoneInfo.TryFindSystemTimeZoneById(id, out zone))
        {
            found.Add(new SettingsProblem(
                "timeZone",
                $"The time zone '{id}' does not exist here; use one of IANA, such as Europe/Zurich or UTC."));
        }

        // The zone is found, or there is a problem and no codec.
        var made = new TimestampCodec(spec, zone ?? TimeZoneInfo.Utc);
        if (spec.Format == TimeFormat.Custom && made.FindPatternProblem() is { } problem)
        {
            found.Add(new SettingsProblem("pattern", problem));
        }

        problems = found;
        codec = found.Count == 0 ? made : null;
        return codec is not null;
    }

    /// <summary>What a time looks like here, for messages: "seconds since 1970".</summary>
    public string Describe() => _spec.Format switch
    {
        TimeFormat.Custom => $"a time such as {Write(Sample)} ({_spec.Pattern})",
        TimeFormat.JulianDays => "Julian days",
        _ => TimestampText.Describe(Unit),
    };

    /// <summary>Reads a time from text.</summary>
    /// <param name="text">The text; white space around it does not count.</param>
    /// <param name="time">The instant, UTC.</param>
    /// <returns>Whether it is a time.</returns>
    public bool TryRead(ReadOnlySpan<char> text, out DateTimeOffset time)
    {
        time = default;
        text = text.Trim();
        if (text.IsEmpty || text.Length > MaxLength)
        {
            return false;
        }

        if (_spec.Format == TimeFormat.Custom)
        {
            return TryReadCustom(text, out time);
        }

        Span<byte> utf8 = stackalloc byte[3 * MaxLength];
        utf8 = utf8[..Encoding.UTF8.GetBytes(text, utf8)];
        if (_spec.Format == TimeFormat.Iso)
        {
            return TimestampText.TryParseIso(utf8, out var written, out var hasOffset)
                && (hasOffset ? TryTake(written, out time) : TryReadLocal(written, out time));
        }

        return decimal.TryParse(utf8, NumberStyles.Float, CultureInfo.InvariantCulture, out var amount)
            && TryRead(amount, out time);
    }

    /// <summary>Reads a time from a number.</summary>
    /// <param name="amount">The number.</param>
    /// <param name="time">The instant, UTC.</param>
    /// <returns>Whether it is a time; never when times are written as text.</returns>
    public bool TryRead(decimal amount, out DateTimeOffset time)
    {
        time = default;
        if (!IsNumber)
        {
            return false;
        }

        if (_spec.Format != TimeFormat.JulianDays)
        {
            return TimestampText.TryFromUnix(amount, Unit, out time);
        }

        return Math.Abs(amount) < 1e8m && TimestampText.TryFromUnix(
            decimal.Round((amount - JulianOfUnixEpoch) * 86_400_000m), TimestampFormat.UnixMilliseconds, out time);
    }

    /// <summary>Reads a local time of the zone.</summary>
    /// <param name="local">The local time.</param>
    /// <param name="time">The instant, UTC.</param>
    /// <returns>Whether there is such an instant.</returns>
    public bool TryReadLocal(DateTime local, out DateTimeOffset time) =>
        LocalTime.TryToInstant(local, _zone, out time);

    /// <summary>
    /// Local times of the zone between which, the second excluded, everything of a window lies; near a change of the
    /// clock more than it.
    /// </summary>
    /// <param name="window">The window.</param>
    public (DateTime From, DateTime To) LocalBounds(HistoryWindow window) => LocalTime.BoundsOf(window, _zone);

    /// <summary>
    /// Numbers between which, the second excluded, everything of a window lies. Amounts since 1970 are whole.
    /// </summary>
    /// <param name="window">The window.</param>
    public (decimal From, decimal To) NumberBounds(HistoryWindow window)
    {
        if (_spec.Format == TimeFormat.JulianDays)
        {
            return (ToNumber(window.Start) - JulianSlackDays, ToNumber(window.End) + JulianSlackDays);
        }

        return (decimal.Floor(ToNumber(window.Start)), decimal.Ceiling(ToNumber(window.End)));
    }

    /// <summary>
    /// Texts between which, by the order of their characters and the second excluded, everything of a window lies.
    /// With <see cref="TimeFormat.Iso"/> both <c>T</c> and a space between date and time are found, at the price of the
    /// rest of a day; a pattern of one's own is exact, when its texts sort as their times do.
    /// </summary>
    /// <param name="window">The window.</param>
    public (string From, string To) TextBounds(HistoryWindow window)
    {
        var (from, to) = LocalBounds(window);
        if (_spec.Format == TimeFormat.Custom)
        {
            return (Write(from), CeilingOf(to));
        }

        // Whole seconds and no offset: each text of that second is longer, and so sorts behind.
        var whole = to.Ticks % TimeSpan.TicksPerSecond == 0 ? to : Add(to, TimeSpan.FromSeconds(1));
        return (
            from.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture),
            whole.ToString("yyyy-MM-ddTHH:mm:ss", CultureInfo.InvariantCulture));
    }

    /// <summary>
    /// Writes an instant as text, local to the zone; amounts since 1970 are whole and rounded down. ISO 8601 tells the
    /// offset and has as many digits of a second as are needed.
    /// </summary>
    /// <param name="time">The instant.</param>
    public string Write(DateTimeOffset time)
    {
        var local = TimeZoneInfo.ConvertTime(time, _zone);
        return _spec.Format switch
        {
            TimeFormat.Iso => local.Offset == TimeSpan.Zero
                ? local.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.FFFFFFFK", CultureInfo.InvariantCulture)
                : local.ToString("yyyy-MM-ddTHH:mm:ss.FFFFFFFK", CultureInfo.InvariantCulture),
            TimeFormat.Custom => local.ToString(_spec.Pattern, CultureInfo.InvariantCulture),
            TimeFormat.JulianDays => ToNumber(time).ToString("0.00000000", CultureInfo.InvariantCulture),
            _ => decimal.Floor(ToNumber(time)).ToString(CultureInfo.InvariantCulture),
        };
    }

    /// <summary>
    /// The same for the end of a window: where an instant cannot be written exactly, the next one that can.
    /// </summary>
    /// <param name="time">The instant.</param>
    public string WriteEnd(DateTimeOffset time) => _spec.Format switch
    {
        TimeFormat.Iso => Write(time),
        TimeFormat.Custom => CeilingOf(
            DateTime.SpecifyKind(TimeZoneInfo.ConvertTime(time, _zone).DateTime, DateTimeKind.Unspecified)),
        TimeFormat.JulianDays =>
            (ToNumber(time) + JulianSlackDays).ToString("0.00000000", CultureInfo.InvariantCulture),
        _ => decimal.Ceiling(ToNumber(time)).ToString(CultureInfo.InvariantCulture),
    };

    private TimestampFormat Unit => _spec.Format switch
    {
        TimeFormat.UnixSeconds => TimestampFormat.UnixSeconds,
        TimeFormat.UnixMilliseconds => TimestampFormat.UnixMilliseconds,
        TimeFormat.UnixMicroseconds => TimestampFormat.UnixMicroseconds,
        TimeFormat.UnixNanoseconds => TimestampFormat.UnixNanoseconds,
        _ => TimestampFormat.Iso,
    };

    private decimal ToNumber(DateTimeOffset time)
    {
        decimal ticks = time.UtcTicks - DateTimeOffset.UnixEpoch.Ticks;
        return _spec.Format switch
        {
            TimeFormat.UnixSeconds => ticks / TimeSpan.TicksPerSecond,
            TimeFormat.UnixMilliseconds => ticks / TimeSpan.TicksPerMillisecond,
            TimeFormat.UnixMicroseconds => ticks / TimeSpan.TicksPerMicrosecond,
            TimeFormat.UnixNanoseconds => ticks * TimeSpan.NanosecondsPerTick,
            _ => (ticks / TimeSpan.TicksPerDay) + JulianOfUnixEpoch,
        };
    }

    private string Write(DateTime local) => new DateTimeOffset(local, TimeSpan.Zero)
        .ToString(_spec.Pattern, CultureInfo.InvariantCulture);

    /// <summary>The text of a time that is no earlier, as far as the pattern tells times apart.</summary>
    private string CeilingOf(DateTime local)
    {
        foreach (var step in (TimeSpan[])
            [default, TimeSpan.FromMilliseconds(1), TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1),
                TimeSpan.FromHours(1), TimeSpan.FromDays(1)])
        {
            var text = Write(Add(local, step));
            if (TryParseCustom(text, out var read) && read >= local)
            {
                return text;
            }
        }

        return Write(Add(local, TimeSpan.FromDays(1)));
    }

    private bool TryReadCustom(ReadOnlySpan<char> text, out DateTimeOffset time)
    {
        if (!_tellsOffset)
        {
            time = default;
            return TryParseCustom(text, out var local) && TryReadLocal(local, out time);
        }

        var isTime = DateTimeOffset.TryParseExact(
            text, _spec.Pattern, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out time);
        time = time.ToUniversalTime();
        return isTime;
    }

    private bool TryParseCustom(ReadOnlySpan<char> text, out DateTime local)
    {
        if (_tellsOffset)
        {
            var isTime = DateTimeOffset.TryParseExact(
                text, _spec.Pattern, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time);
            local = time.UtcDateTime;
            return isTime;
        }

        return DateTime.TryParseExact(
            text, _spec.Pattern, CultureInfo.InvariantCulture, DateTimeStyles.NoCurrentDateDefault, out local);
    }

    private string? FindPatternProblem()
    {
        const string Example = "write it like yyyy-MM-dd HH:mm:ss";
        if (string.IsNullOrEmpty(_spec.Pattern))
        {
            return $"The format custom needs a pattern; {Example}.";
        }

        try
        {
            var isRead = TryParseCustom(Write(Sample), out var read);
            return isRead && (read - Sample.UtcDateTime).Duration() <= TimeSpan.FromDays(1)
                ? null
                : $"The pattern '{_spec.Pattern}' does not tell year, month and day; {Example}.";
        }
        catch (FormatException)
        {
            return $"The pattern '{_spec.Pattern}' is no .NET format of a time; {Example}.";
        }
    }

    private static bool TryTake(DateTime utc, out DateTimeOffset time)
    {
        time = new DateTimeOffset(utc.Ticks, TimeSpan.Zero);
        return true;
    }

    private static DateTime Add(DateTime time, TimeSpan by) =>
        new(Math.Min(DateTime.MaxValue.Ticks, time.Ticks + by.Ticks), time.Kind);

    private static bool TellsOffset(string pattern)
    {
        var quote = '\0';
        for (var at = 0; at < pattern.Length; at++)
        {
            if (quote != '\0')
            {
                quote = pattern[at] == quote ? '\0' : quote;
            }
            else if (pattern[at] is '\'' or '"')
            {
                quote = pattern[at];
            }
            else if (pattern[at] == '\\')
            {
                at++;
            }
            else if (pattern[at] is 'z' or 'K')
            {
                return true;
            }
        }

        // One letter alone is a standard format; these have the offset in them.
        return pattern is "o" or "O" or "r" or "R" or "u";
    }
}
