using Meridian.Connectors.Http.Client;
using Meridian.Formats.LineProtocol;
using Meridian.Formats.Templates;
using Meridian.Sdk.Settings;

namespace Meridian.Connectors.Http.Influx;

/// <summary>What is wrong with the settings of an InfluxDB North, all of it at once.</summary>
internal static class InfluxCheck
{
    /// <summary>Every problem, each with its path.</summary>
    public static IEnumerable<SettingsProblem> Find(InfluxNorthSettings settings)
    {
        var problems = HttpClientCheck.Find(settings)
            .Concat(InfluxEndpoint.Find(settings))
            .Concat(FindInTemplate("settings.measurement", settings.Measurement))
            .Concat(FindInTemplate("settings.field", settings.Field));
        if (settings.Field is "time" or SeriesBook.QualityName)
        {
            problems = problems.Append(new SettingsProblem(
                "settings.field", $"'{settings.Field}' has a meaning of its own; choose another name for the field."));
        }

        foreach (var (key, template) in settings.Tags)
        {
            problems = problems.Concat(FindInTag($"settings.tags.{key}", key, settings))
                .Concat(FindInTemplate($"settings.tags.{key}", template));
        }

        return problems;
    }

    private static IEnumerable<SettingsProblem> FindInTemplate(string path, string text)
    {
        if (!TextTemplate.TryCompile(text, SeriesBook.Placeholders, out var template, out var problems))
        {
            foreach (var problem in problems)
            {
                yield return new SettingsProblem(path, problem);
            }
        }
        else if (template.Used == TemplatePlaceholders.None
            && LineProtocolWriter.MeasurementProblem(template.Render(default)) is { } wrong)
        {
            yield return new SettingsProblem(path, $"'{text}' cannot be written: {wrong}. Choose another.");
        }
    }

    private static IEnumerable<SettingsProblem> FindInTag(string path, string key, InfluxNorthSettings settings)
    {
        var isTaken = key is "time" || key.StartsWith('_')
            || (key is SeriesBook.QualityName && settings.Quality == InfluxQuality.Tag);
        if (isTaken)
        {
            yield return new SettingsProblem(
                path, $"The tag '{key}' has a meaning of its own; choose another name, not beginning with _.");
        }
        else if (LineProtocolWriter.NameProblem(key) is { } wrong)
        {
            yield return new SettingsProblem(path, $"The tag '{key}' cannot be written: {wrong}. Choose another name.");
        }
    }
}
