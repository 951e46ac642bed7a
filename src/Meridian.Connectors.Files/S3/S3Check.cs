using Meridian.Connectors.Files.Parts;
using Meridian.Sdk.Settings;

namespace Meridian.Connectors.Files.S3;

/// <summary>What attributes cannot say of the S3 North's settings.</summary>
internal static class S3Check
{
    /// <summary>S3 takes keys of 1,024 bytes; a file's name needs some 260.</summary>
    private const int MaxPrefixLength = 700;

    public static IEnumerable<SettingsProblem> Find(S3NorthSettings settings)
    {
        foreach (var problem in ReadingFilesCheck.Find(settings))
        {
            yield return problem;
        }

        if (string.IsNullOrWhiteSpace(settings.Bucket) || settings.Bucket.Contains('/', StringComparison.Ordinal))
        {
            yield return new SettingsProblem(
                "settings.bucket",
                $"'{settings.Bucket}' is no bucket; name it alone, and what stands behind it in settings.keyPrefix.");
        }

        if (settings.Endpoint is { IsAbsoluteUri: true, UserInfo.Length: > 0 })
        {
            yield return new SettingsProblem(
                "settings.endpoint",
                "It has a user or a password in it, which everybody would see. Write them as settings.accessKey and "
                + "settings.secretKey.");
        }
        else if (settings.Endpoint is { } endpoint
            && !(endpoint.IsAbsoluteUri && endpoint.Scheme is "http" or "https"
                && string.Equals(endpoint.PathAndQuery, "/", StringComparison.Ordinal)))
        {
            yield return new SettingsProblem(
                "settings.endpoint",
                $"'{endpoint}' is no address of a store; write it as https://host:port, without a path.");
        }

        foreach (var (path, prefix) in
            new[] { ("keyPrefix", settings.KeyPrefix), ("fileKeyPrefix", settings.FileKeyPrefix) })
        {
            if (ProblemOf(prefix, mayHaveTime: string.Equals(path, "keyPrefix", StringComparison.Ordinal)) is { } words)
            {
                yield return new SettingsProblem("settings." + path, words);
            }
        }
    }

    private static string? ProblemOf(string prefix, bool mayHaveTime)
    {
        var rest = mayHaveTime ? ObjectKeys.WithoutPlaceholders(prefix) : prefix;
        if (rest.AsSpan().ContainsAny('{', '}'))
        {
            return $"'{prefix}' has a brace that stands for nothing; "
                + (mayHaveTime ? "{year}, {month}, {day} and {hour} can be filled in." : "nothing can be filled in.");
        }

        return prefix.Length > MaxPrefixLength
            ? $"The prefix has {prefix.Length} characters; the most is {MaxPrefixLength}."
            : null;
    }
}
