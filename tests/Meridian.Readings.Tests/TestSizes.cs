using System.Globalization;

namespace Meridian.Readings.Tests;

/// <summary>How much random work a test does.</summary>
internal static class TestSizes
{
    /// <summary>Whether MERIDIAN_TEST_LONG asks for the full sizes.</summary>
    public static bool IsLong { get; } = Environment.GetEnvironmentVariable("MERIDIAN_TEST_LONG") is "1";

    /// <summary>The seed that MERIDIAN_TEST_SEED names, or <paramref name="usual"/>.</summary>
    public static int Seed(int usual)
        => int.TryParse(
            Environment.GetEnvironmentVariable("MERIDIAN_TEST_SEED"), CultureInfo.InvariantCulture, out var seed)
            ? seed
            : usual;
}
