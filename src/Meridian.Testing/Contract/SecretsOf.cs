using System.Collections;
using System.Reflection;
using Meridian.Sdk.Settings;

namespace Meridian.Testing.Contract;

/// <summary>Finds the secrets of settings.</summary>
internal static class SecretsOf
{
    private const int MaxDepth = 4;

    public static IReadOnlyList<string> Settings(object settings) => [.. Find(settings, MaxDepth)];

    private static IEnumerable<string> Find(object? value, int depth)
    {
        if (value is Secret secret)
        {
            return secret.Reveal() is { Length: > 0 } text ? [text] : [];
        }

        if (value is null or string || depth == 0 || value.GetType().IsPrimitive)
        {
            return [];
        }

        if (value is IEnumerable many)
        {
            return many.Cast<object?>().SelectMany(one => Find(one, depth - 1));
        }

        // Records of the connector's own; what the runtime brings holds none.
        return value.GetType().Assembly == typeof(object).Assembly
            ? []
            : value.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance)
                .Where(static property => property.GetIndexParameters().Length == 0)
                .SelectMany(property => Find(property.GetValue(value), depth - 1));
    }
}
