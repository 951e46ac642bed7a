namespace Meridian.Journal.Tests;

/// <summary>The system's clock, set ahead or back by the test.</summary>
internal sealed class SkewedClock : TimeProvider
{
    public TimeSpan Ahead { get; set; }

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + Ahead;
}
