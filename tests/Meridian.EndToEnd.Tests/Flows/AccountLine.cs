using System.Globalization;

namespace Meridian.EndToEnd.Tests.Flows;

/// <summary>The account as the gateway prints it when it has stopped.</summary>
internal sealed record AccountLine(
    long Received, long Delivered, long Waiting, long Quarantined, long Dropped, long Filtered)
{
    /// <summary>Whether it adds up.</summary>
    public bool IsBalanced => Received == Delivered + Waiting + Quarantined + Dropped + Filtered;

    /// <summary>Reads <c>received=… delivered=… waiting=… quarantined=… dropped=… filtered=…</c>.</summary>
    public static AccountLine Parse(string line)
    {
        string[] names = ["received", "delivered", "waiting", "quarantined", "dropped", "filtered"];
        var pairs = line.Split(' ').Select(word => word.Split('=')).ToArray();
        Assert.Equal(names, pairs.Select(pair => pair[0]), StringComparer.Ordinal);
        var numbers = pairs.Select(pair => long.Parse(pair[1], CultureInfo.InvariantCulture)).ToArray();
        return new AccountLine(numbers[0], numbers[1], numbers[2], numbers[3], numbers[4], numbers[5]);
    }

    /// <summary>Reads the last line that is an account.</summary>
    public static AccountLine OfLast(IReadOnlyList<string> lines) =>
        Parse(lines.Last(line => line.StartsWith("received=", StringComparison.Ordinal)));
}
