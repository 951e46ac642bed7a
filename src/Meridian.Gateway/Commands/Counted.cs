using System.Globalization;

namespace Meridian.Gateway.Commands;

/// <summary>Numbers of things in the words of the commands.</summary>
internal static class Counted
{
    /// <summary><c>1 item</c>, <c>2 items</c>.</summary>
    public static string Of(int number, string one) =>
        string.Create(CultureInfo.InvariantCulture, $"{number} {one}{(number == 1 ? string.Empty : "s")}");
}
