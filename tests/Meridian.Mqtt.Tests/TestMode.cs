namespace Meridian.Mqtt.Tests;

/// <summary>Which sizes run, and from which seed: the short ones at every <c>./test</c>.</summary>
internal static class TestMode
{
    /// <summary>Whether the variable MERIDIAN_TEST_LONG asks for the full sizes.</summary>
    public static bool IsLong { get; } = string.Equals(
        Environment.GetEnvironmentVariable("MERIDIAN_TEST_LONG"), "1", StringComparison.Ordinal);

    /// <summary>The size to run.</summary>
    /// <param name="full">With the variable.</param>
    /// <param name="brief">Without it.</param>
    public static T Pick<T>(T full, T brief) => IsLong ? full : brief;
}

/// <summary>Randomness that can be had again: a failure names its seed.</summary>
internal static class Seed
{
    private const string Variable = "MERIDIAN_TEST_SEED";

    /// <summary>The seed that the variable MERIDIAN_TEST_SEED names, or null.</summary>
    public static int? Given { get; } =
        Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } text
            ? int.Parse(text, System.Globalization.CultureInfo.InvariantCulture)
            : null;

    /// <summary>The given seed, or one of its own.</summary>
    public static int Draw() => Given ?? (int)(TimeProvider.System.GetTimestamp() & int.MaxValue);

    /// <summary>Runs a test whose randomness all comes from the seed.</summary>
    public static void Run(Action<Random> test)
    {
        var seed = Draw();
        try
        {
            test(new Random(seed));
        }
        catch (Exception error)
        {
            throw Failure(seed, error);
        }
    }

    public static InvalidOperationException Failure(int seed, Exception error) =>
        new($"Failed with the seed {seed}; set {Variable}={seed} to see it again. {error.Message}", error);
}
