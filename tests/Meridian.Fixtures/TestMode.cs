namespace Meridian.Fixtures;

/// <summary>Which sizes run: the short ones at every <c>./test</c>, the full ones with <c>./test --long</c>.</summary>
public static class TestMode
{
    /// <summary>Whether the variable MERIDIAN_TEST_LONG asks for the full sizes.</summary>
    public static bool IsLong { get; } = string.Equals(
        Environment.GetEnvironmentVariable("MERIDIAN_TEST_LONG"), "1", StringComparison.Ordinal);

    /// <summary>The size to run.</summary>
    /// <param name="full">With the variable.</param>
    /// <param name="brief">Without it.</param>
    public static T Pick<T>(T full, T brief) => IsLong ? full : brief;
}
