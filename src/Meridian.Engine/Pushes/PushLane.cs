using Meridian.Sdk.Intakes;
using Meridian.Sdk.South;

namespace Meridian.Engine.Pushes;

/// <summary>The way of pushed content to one South, only while it is connected. Any thread.</summary>
internal sealed class PushLane
{
    /// <summary>When a South that is not connected is worth another try.</summary>
    private static readonly TimeSpan Again = TimeSpan.FromSeconds(5);

    private ITakesIntake? _taker;

    /// <summary>The South is connected: content may be pushed until this is disposed.</summary>
    public IDisposable Open(ITakesIntake taker)
    {
        Volatile.Write(ref _taker, taker);
        return new Opening(this);
    }

    /// <summary>Pushes to it.</summary>
    public ValueTask<IntakeOutcome> TakeAsync(Content content, CancellationToken cancellationToken) =>
        Volatile.Read(ref _taker) is { } taker
            ? taker.TakeAsync(content, cancellationToken)
            : ValueTask.FromResult(IntakeOutcome.Busy(Again, "It does not run at this moment; nothing was taken."));

    private sealed class Opening(PushLane lane) : IDisposable
    {
        public void Dispose() => Volatile.Write(ref lane._taker, null);
    }
}
