using System.Globalization;

namespace Meridian.Fixtures;

/// <summary>Randomness that can be had again: a failure names its seed.</summary>
public static class Seed
{
    private const string Variable = "MERIDIAN_TEST_SEED";

    /// <summary>The seed that the variable MERIDIAN_TEST_SEED names, or null.</summary>
    public static int? Given { get; } =
        Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } text
            ? int.Parse(text, CultureInfo.InvariantCulture)
            : null;

    /// <summary>The given seed, or one of its own.</summary>
    public static int Draw() => Given ?? (int)(TimeProvider.System.GetTimestamp() & int.MaxValue);

    /// <summary>Runs a test whose randomness all comes from the seed.</summary>
    public static void Run(Action<Random> test)
    {
        ArgumentNullException.ThrowIfNull(test);
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

    /// <summary>The failure of a test, with the seed that shows it again.</summary>
    public static InvalidOperationException Failure(int seed, Exception error)
    {
        ArgumentNullException.ThrowIfNull(error);
        return new($"Failed with the seed {seed}; set {Variable}={seed} to see it again. {error.Message}", error);
    }
}
