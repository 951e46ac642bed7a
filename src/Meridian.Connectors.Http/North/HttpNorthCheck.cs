using Meridian.Connectors.Http.Client;
using Meridian.Sdk.Settings;

namespace Meridian.Connectors.Http.North;

/// <summary>What is wrong with the settings of an HTTP North, all of it at once.</summary>
internal static class HttpNorthCheck
{
    private const int MinStatus = 200;
    private const int MaxStatus = 599;

    /// <summary>Every problem, each with its path.</summary>
    public static IEnumerable<SettingsProblem> Find(HttpNorthSettings settings) =>
        HttpClientCheck.Find(settings)
            .Concat(HttpClientCheck.Find(settings.Auth, settings))
            .Concat(FindInHeaders(settings))
            .Concat(FindInFiles(settings))
            .Concat(FindInCodes(settings));

    private static IEnumerable<SettingsProblem> FindInHeaders(HttpNorthSettings settings)
    {
        foreach (var (path, name) in new[]
        {
            ("settings.idempotencyHeader", settings.IdempotencyHeader),
            ("settings.fileNameHeader", settings.FileNameHeader),
        })
        {
            if (name is null)
            {
                continue;
            }

            if (!HttpHeaders.IsName(name))
            {
                yield return new SettingsProblem(path, $"'{name}' is no name of a header; use letters, digits and -.");
            }
            else if (settings.Headers.Keys.Contains(name, StringComparer.OrdinalIgnoreCase))
            {
                yield return new SettingsProblem(
                    path, $"The header {name} is in settings.headers too, always the same; leave one out.");
            }
        }
    }

    private static IEnumerable<SettingsProblem> FindInFiles(HttpNorthSettings settings)
    {
        if (settings.FileUrl is { } template)
        {
            if (FileAddress.Problem(template) is { } problem)
            {
                yield return new SettingsProblem("settings.fileUrl", problem);
            }
            else
            {
                foreach (var wrong in HttpClientCheck.FindInUrl(
                    "settings.fileUrl", new FileAddress(template).Of("x"), ["http", "https"]))
                {
                    yield return wrong;
                }
            }
        }

        if (settings.FormField.AsSpan().ContainsAny("\"\r\n"))
        {
            yield return new SettingsProblem(
                "settings.formField", $"'{settings.FormField}' is no name of a field; leave out quotes and line ends.");
        }
    }

    private static IEnumerable<SettingsProblem> FindInCodes(HttpNorthSettings settings)
    {
        var lists = new[]
        {
            ("deliveredCodes", settings.DeliveredCodes),
            ("retryCodes", settings.RetryCodes),
            ("rejectedCodes", settings.RejectedCodes),
        };
        var seen = new Dictionary<int, string>();
        foreach (var (name, codes) in lists)
        {
            for (var i = 0; i < codes.Count; i++)
            {
                var path = $"settings.{name}[{i}]";
                if (codes[i] is < MinStatus or > MaxStatus)
                {
                    yield return new SettingsProblem(
                        path, $"{codes[i]} is no status code of an answer; use {MinStatus} to {MaxStatus}.");
                }
                else if (codes[i] is 401 or 403 or 404 or 405 or 407 && name is "rejectedCodes")
                {
                    yield return new SettingsProblem(
                        path,
                        $"{codes[i]} speaks of rights, the address or a proxy, not of a reading; with it here one "
                        + "wrong setting at the server would put everything into quarantine. Leave it out.");
                }
                else if (!seen.TryAdd(codes[i], path))
                {
                    yield return new SettingsProblem(
                        path, $"{codes[i]} is in {seen[codes[i]]} too; a code means one thing, leave one out.");
                }
            }
        }
    }
}
