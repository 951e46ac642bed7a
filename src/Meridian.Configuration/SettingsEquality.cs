using System.Collections;
using Meridian.Configuration.Shapes;
using Meridian.Sdk.Settings;

namespace Meridian.Configuration;

/// <summary>
/// Whether two settings records say the same. A record's own equality compares lists by reference, and a reload would
/// then take every connector with a list for a changed one.
/// </summary>
/// <remarks>Stateless; any thread.</remarks>
public static class SettingsEquality
{
    /// <summary>Compares two settings records, or two values in them.</summary>
    /// <param name="left">One.</param>
    /// <param name="right">The other.</param>
    /// <returns>Whether they are of one type and every setting in them is the same.</returns>
    public static bool AreEqual(object? left, object? right) =>
        Equals(left, right)
        || (left is not null && right is not null && left.GetType() == right.GetType() && HaveEqualParts(left, right));

    private static bool HaveEqualParts(object left, object right) => left switch
    {
        Secret secret => string.Equals(secret.Reveal(), ((Secret)right).Reveal(), StringComparison.Ordinal),
        string or ValueType or Uri => false,
        IDictionary map => AreEqualMaps(map, (IDictionary)right),
        IEnumerable list => AreEqualLists(list, (IEnumerable)right),
        _ => HaveEqualProperties(left, right),
    };

    private static bool AreEqualMaps(IDictionary left, IDictionary right) =>
        left.Count == right.Count
        && left.Keys.Cast<object>().All(key => right.Contains(key) && AreEqual(left[key], right[key]));

    private static bool AreEqualLists(IEnumerable left, IEnumerable right)
    {
        var others = right.Cast<object?>().ToArray();
        var count = 0;
        foreach (var element in left)
        {
            if (count == others.Length || !AreEqual(element, others[count++]))
            {
                return false;
            }
        }

        return count == others.Length;
    }

    private static bool HaveEqualProperties(object left, object right)
    {
        var properties = SettingsShape.Of(left.GetType()).Properties;

        // A type without settings that thinks itself unequal is believed.
        return properties.Count > 0
            && properties.All(one => AreEqual(one.Property.GetValue(left), one.Property.GetValue(right)));
    }
}
