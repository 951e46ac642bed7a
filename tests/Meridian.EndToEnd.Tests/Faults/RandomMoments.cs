namespace Meridian.EndToEnd.Tests.Faults;

/// <summary>Lets a random time pass: no wait for anything, but the moment at which a fault shall fall.</summary>
internal static class RandomMoments
{
    /// <summary>Passes between two times.</summary>
    public static Task PassAsync(Random random, TimeSpan least, TimeSpan most) =>
        Task.Delay(least + ((most - least) * random.NextDouble()), TimeProvider.System);
}
