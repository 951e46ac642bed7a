using Meridian.Engine.Supervision;

namespace Meridian.Engine.Tests.Supervision;

public sealed class BackoffTests
{
    private static readonly TimeSpan First = TimeSpan.FromSeconds(0.5);
    private static readonly TimeSpan Cap = TimeSpan.FromSeconds(30);

    [Fact]
    public void Backoff_FailureAfterFailure_DoublesWithJitterUpToTheCapForEver()
    {
        var backoff = new Backoff(First, Cap, new Random(1));

        for (var failure = 0; failure < 10_000; failure++)
        {
            var ceiling = failure < 6 ? First * (1 << failure) : Cap;
            Assert.InRange(backoff.Next(), ceiling / 2, ceiling);
        }
    }

    [Fact]
    public void Backoff_Reset_StartsOver()
    {
        var backoff = new Backoff(First, Cap, new Random(1));
        for (var failure = 0; failure < 20; failure++)
        {
            backoff.Next();
        }

        backoff.Reset();

        Assert.InRange(backoff.Next(), First / 2, First);
    }
}
