using System.Reflection;

namespace Meridian.Mqtt.Tests.Conformance;

/// <summary>Finds the marks of this assembly; the attribute is internal, so there are none elsewhere.</summary>
internal static class SpecMarks
{
    public static IReadOnlyList<SpecMark> Find() => [.. typeof(SpecMarks).Assembly.GetTypes()
        .SelectMany(static type => type.GetMethods(
            BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic
            | BindingFlags.DeclaredOnly))
        .SelectMany(static method => method.GetCustomAttributes<SpecAttribute>()
            .SelectMany(spec => spec.Statements.Select(id => new SpecMark(
                $"{method.DeclaringType!.Name}.{method.Name}", IsRun(method), spec.Version, id))))
        .OrderBy(static mark => mark.Test, StringComparer.Ordinal)];

    private static bool IsRun(MethodInfo method) =>
        method.IsPublic && method.GetCustomAttribute<FactAttribute>() is { Skip: null };
}

/// <summary>A mark of a test.</summary>
/// <param name="Test">The test, as "Class.Method".</param>
/// <param name="IsRun">Whether the runner runs it: it is a test and is not skipped.</param>
/// <param name="Version">The standard.</param>
/// <param name="Id">The statement.</param>
internal sealed record SpecMark(string Test, bool IsRun, string Version, string Id);
