using System.Runtime.InteropServices;
using Meridian.Sdk.Intakes;

namespace Meridian.Sdk.South;

/// <summary>A South whose data are handed to it, by the gateway's API or by a program around the engine.</summary>
public interface ITakesIntake : ISouth
{
    /// <summary>
    /// Takes readings or a file and answers when they are on disk, or why they are not. What waits is bounded; beyond
    /// the bound the answer is busy at once. Called while connected, from any number of threads.
    /// </summary>
    /// <param name="content">The content, lent until the answer. It is stored as a whole or not at all.</param>
    /// <param name="cancellationToken">
    /// Cancels the wait to be taken; nothing of a cancelled call is on disk. What was taken is answered all the same.
    /// </param>
    /// <returns>The outcome.</returns>
    ValueTask<IntakeOutcome> TakeAsync(Content content, CancellationToken cancellationToken);
}

/// <summary>What became of content that was handed in.</summary>
/// <param name="IsStored">Whether it is on disk.</param>
/// <param name="RetryAfter">When to hand it in again; null when it is stored, or refused for good.</param>
/// <param name="Reason">Why it is not stored, a whole sentence for the user; null when it is.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct IntakeOutcome(bool IsStored, TimeSpan? RetryAfter, string? Reason)
{
    /// <summary>It is on disk.</summary>
    public static IntakeOutcome Stored { get; } = new(IsStored: true, RetryAfter: null, Reason: null);

    /// <summary>Not now.</summary>
    /// <param name="retryAfter">When to try again.</param>
    /// <param name="reason">Why, a whole sentence for the user.</param>
    public static IntakeOutcome Busy(TimeSpan retryAfter, string reason) => new(IsStored: false, retryAfter, reason);

    /// <summary>Never: the content is not what the South takes.</summary>
    /// <param name="reason">Why, a whole sentence for the user.</param>
    public static IntakeOutcome Refused(string reason) => new(IsStored: false, RetryAfter: null, reason);
}
