using Meridian.Sdk.Readings;

namespace Meridian.Engine.Quarantine;

/// <summary>A datum that a destination refused for good.</summary>
/// <param name="Position">Its position in the journal. What a transform made has that of the datum it came of.</param>
/// <param name="Since">When it was put here, UTC.</param>
/// <param name="Reason">Why it was refused, in the destination's words.</param>
public sealed record QuarantinedDatum(long Position, DateTimeOffset Since, string Reason)
{
    /// <summary>Whether a transform made it.</summary>
    public bool IsDerived { get; init; }

    /// <summary>
    /// The reading; null for a file, and for what an earlier version wrote, which can be discarded and not retried.
    /// </summary>
    public Reading? Reading { get; init; }

    /// <summary>The name of the file; null for a reading.</summary>
    public string? FileName { get; init; }

    /// <summary>The name of the file's content beside the lines.</summary>
    internal string? Content { get; init; }

    /// <summary>Where its line begins.</summary>
    internal long Offset { get; init; }
}

/// <summary>A page of a quarantine.</summary>
/// <param name="Data">What lies there, in the order in which it was put there.</param>
/// <param name="Next">What to ask the next page with; null when there is none.</param>
public sealed record QuarantinePage(IReadOnlyList<QuarantinedDatum> Data, string? Next);

/// <summary>What came of trying to deliver data from a quarantine.</summary>
/// <param name="Delivered">How many readings and files the destination has now.</param>
/// <param name="Refused">How many it refused again; they lie where they lay.</param>
/// <param name="Left">How many were not tried, or whose fate is not known; they lie where they lay.</param>
/// <param name="Reason">Why the last of those was refused or left; null when all were delivered.</param>
public sealed record QuarantineRetry(long Delivered, long Refused, long Left, string? Reason);
