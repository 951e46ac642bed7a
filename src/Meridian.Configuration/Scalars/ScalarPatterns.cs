using System.Text.RegularExpressions;
using Meridian.Configuration.References;

namespace Meridian.Configuration.Scalars;

/// <summary>
/// How texts that stand for something else look. The file's reader asks the pattern first and then parses, so a text
/// that it takes is one that the schema takes too.
/// </summary>
/// <remarks>
/// The patterns mean the same to .NET and to ECMA 262, the language of JSON Schema: no <c>\d</c>, <c>\w</c> or dot;
/// white space without U+0085, which only .NET counts in.
/// </remarks>
internal static partial class ScalarPatterns
{
    /// <summary><c>10 s</c>, <c>1.5 min</c>, <c>00:00:10</c>, <c>1.12:00:00.5</c>.</summary>
    public const string Duration =
        $"{Space}(?:{Amount}{Space}(?:us|ms|s|min|h|d)|(?:[0-9]+\\.)?{Hour}:{Sixty}(?::{Sixty}{Ticks})?){Space}";

    /// <summary><c>4096</c>, <c>64 MiB</c>, <c>1.5 GB</c>.</summary>
    public const string ByteSize =
        $"{Space}(?:{Amount}{Space}[kKmMgGtT][iI]?[bB]|[0-9]+(?:{Space}[bB])?){Space}";

    /// <summary><c>https://host:8080/path</c>: a scheme and what belongs to it.</summary>
    public const string Address = $@"[A-Za-z0-9+.\-]+:(?:{TextPatterns.Plain})*";

    /// <summary><c>6f9619ff-8b86-4011-b42d-00c04fc964ff</c>.</summary>
    public const string Guid = "[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}";

    /// <summary><c>2026-01-31T12:00:00Z</c>, <c>2026-01-31T12:00+02:00</c>.</summary>
    public const string Instant =
        $"[0-9]{{4}}-{Month}-{Day}T{TwoHour}:{TwoSixty}(?::{TwoSixty}{Ticks})?(?:Z|[+\\-]{TwoHour}:{TwoSixty})";

    /// <summary>One character; one beyond U+FFFF is two to .NET.</summary>
    public const string Character = @"[\u0000-\uFFFF]";

    private const string Space = @"[^\S\u0085]*";
    private const string Hour = "(?:[01]?[0-9]|2[0-3])";
    private const string TwoHour = "(?:[01][0-9]|2[0-3])";
    private const string Sixty = "[0-5]?[0-9]";
    private const string TwoSixty = "[0-5][0-9]";
    private const string Month = "(?:0[1-9]|1[0-2])";
    private const string Day = "(?:0[1-9]|[12][0-9]|3[01])";
    private const string Ticks = "(?:\\.[0-9]{1,7})?";
    private const string Amount = @"(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)";
    private const int TimeoutMilliseconds = 1_000;
    private const RegexOptions Options = RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture;

    /// <summary>Whether a text looks like a duration.</summary>
    [GeneratedRegex(@"\A(?:" + Duration + @")\z", Options, TimeoutMilliseconds)]
    public static partial Regex OfDuration();

    /// <summary>Whether a text looks like an amount of bytes.</summary>
    [GeneratedRegex(@"\A(?:" + ByteSize + @")\z", Options, TimeoutMilliseconds)]
    public static partial Regex OfByteSize();

    /// <summary>Whether a text looks like a GUID.</summary>
    [GeneratedRegex(@"\A(?:" + Guid + @")\z", Options, TimeoutMilliseconds)]
    public static partial Regex OfGuid();

    /// <summary>Whether a text looks like an instant.</summary>
    [GeneratedRegex(@"\A(?:" + Instant + @")\z", Options, TimeoutMilliseconds)]
    public static partial Regex OfInstant();
}
