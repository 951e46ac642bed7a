using System.Globalization;
using Meridian.Connectors.Http.Client;
using Meridian.Connectors.Http.South.Requests;
using Meridian.Sdk.Settings;
using Meridian.Sdk.South;

namespace Meridian.Connectors.Http.South;

/// <summary>What is wrong with the settings of an HTTP South and its items, all of it at once.</summary>
internal static class HttpSouthCheck
{
    /// <summary>Every problem, each with its path.</summary>
    public static IEnumerable<SettingsProblem> Find(HttpSouthSettings settings, IReadOnlyList<Item> items)
    {
        foreach (var problem in HttpClientCheck.Find(settings).Concat(HttpClientCheck.Find(settings.Auth, settings)))
        {
            yield return problem;
        }

        var taken = TakenHeaders(settings);
        var baseUrl = settings.Url.IsAbsoluteUri ? settings.Url : new Uri("http://localhost/");
        for (var index = 0; index < items.Count; index++)
        {
            var path = string.Create(CultureInfo.InvariantCulture, $"items[{index}].");
            foreach (var problem in HttpQueries.TryCompile(baseUrl, items[index], "south").Problems)
            {
                yield return problem with { Path = path + problem.Path };
            }

            foreach (var name in ((HttpItemSettings)items[index].Settings).Headers.Keys.Where(taken.Contains))
            {
                yield return new SettingsProblem(
                    $"{path}headers.{name}",
                    $"The header {name} is already written by settings.headers or settings.auth; leave one out.");
            }
        }
    }

    private static HashSet<string> TakenHeaders(HttpSouthSettings settings)
    {
        var taken = new HashSet<string>(settings.Headers.Keys, StringComparer.OrdinalIgnoreCase);
        switch (settings.Auth)
        {
            case null or { Type: HttpAuthKind.None } or { Type: HttpAuthKind.ApiKey, KeyIn: HttpKeyPlace.Query }:
                break;
            case { Type: HttpAuthKind.ApiKey, KeyName: var name }:
                taken.Add(name);
                break;
            default:
                taken.Add("Authorization");
                break;
        }

        return taken;
    }
}
