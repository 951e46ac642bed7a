namespace Meridian.Engine.Souths;

/// <summary>
/// Holds back the count of what does not decode of one item until it is known whether it is new: a file that is read
/// again has the same lines. Ends with its disposal; what was not taken until then does not count.
/// </summary>
/// <param name="count">Counts.</param>
/// <param name="end">Ends the holding back.</param>
internal sealed class UndecodedHold(Action<long> count, Action end) : IDisposable
{
    private long _held;

    /// <summary>One more.</summary>
    public void Add() => Interlocked.Increment(ref _held);

    /// <summary>Takes what was held back.</summary>
    public long Take() => Interlocked.Exchange(ref _held, 0);

    /// <summary>So many count.</summary>
    public void Count(long undecoded) => count(undecoded);

    /// <inheritdoc/>
    public void Dispose() => end();
}
