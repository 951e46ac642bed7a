using System.Globalization;
using Meridian.Sdk.Settings;
using Meridian.Transforms.Selecting;

namespace Meridian.Transforms;

/// <summary>What is wrong with a list of transforms, all of it at once.</summary>
internal static class TransformCheck
{
    public static IEnumerable<SettingsProblem> Find(IReadOnlyList<TransformSettings> transforms)
    {
        if (transforms.Count > TransformLimits.MaxTransforms)
        {
            yield return new SettingsProblem(
                "transforms",
                $"'transforms' has {transforms.Count} entries; it must have at most {TransformLimits.MaxTransforms}.");
        }

        for (var index = 0; index < transforms.Count; index++)
        {
            var path = string.Create(CultureInfo.InvariantCulture, $"transforms[{index}]");
            foreach (var problem in FindIn(transforms[index]))
            {
                yield return problem with { Path = Join(path, problem.Path) };
            }
        }
    }

    private static IEnumerable<SettingsProblem> FindIn(TransformSettings transform)
    {
        var kinds = TransformKind.Of(transform);
        if (kinds.Count == 0)
        {
            yield return new SettingsProblem(
                string.Empty, $"It says nothing to do; set one of {string.Join(", ", TransformKind.Words)}.");
        }
        else if (kinds.Count > 1)
        {
            yield return new SettingsProblem(
                kinds[1].Word,
                $"It sets {string.Join(" and ", kinds.Select(kind => $"'{kind.Word}'"))}; each is an entry of its own "
                + "in the list, in the order in which data run through them.");
        }

        foreach (var kind in kinds)
        {
            foreach (var problem in kind.Problems)
            {
                yield return problem with { Path = Join(kind.Word, problem.Path) };
            }
        }

        if (transform.When is { } when)
        {
            foreach (var problem in Selection.Check(when))
            {
                yield return problem with { Path = Join("when", problem.Path) };
            }
        }
    }

    private static string Join(string path, string rest) => rest.Length == 0 ? path : $"{path}.{rest}";
}
