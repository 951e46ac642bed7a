using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Meridian.Configuration;
using Meridian.Configuration.References;

namespace Meridian.Gateway.Commands;

/// <summary>A configuration in which one connector has other settings than the file says: to try them first.</summary>
internal static class UnsavedSettings
{
    private static readonly JsonDocumentOptions Lenient = new()
    {
        CommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
    };

    /// <summary>Puts settings into a configuration; the file stays as it is.</summary>
    /// <param name="file">The configuration file, which is good.</param>
    /// <param name="config">What it says.</param>
    /// <param name="name">The connector, as the user names it.</param>
    /// <param name="settings">The file with the settings, a JSON object; <c>***</c> is the secret that is stored.
    /// </param>
    /// <param name="catalog">The kinds of connectors there are.</param>
    /// <returns>The configuration to try; null when something is wrong, which the error output says.</returns>
    public static MeridianConfig? Read(
        FileInfo file, MeridianConfig config, string name, FileInfo settings, ConnectorCatalog catalog)
    {
        var (south, north) = ConnectorNamed.Find(config, name, out var problem);
        if (problem is not null)
        {
            return Refuse(problem);
        }

        JsonObject unsaved;
        JsonObject whole;
        try
        {
            unsaved = Parse(settings);
            whole = Parse(file);
        }
        catch (Exception wrong) when (wrong is JsonException or IOException or UnauthorizedAccessException)
        {
            return Refuse($"{settings.FullName}: {wrong.Message}");
        }

        var (list, found, type) = south is not null
            ? ("souths", south.Name, south.Manifest.SettingsType)
            : ("norths", north!.Name, north.Manifest.SettingsType); // one of the two was found
        var connector = whole[list]!.AsArray().OfType<JsonObject>().First(
            one => string.Equals((string?)one["name"], found, StringComparison.Ordinal)); // the file is good
        var missing = StoredSecrets.FillIn(unsaved, connector["settings"] as JsonObject, type);
        if (missing.Count > 0)
        {
            return Refuse(
                $"{settings.FullName}: '{string.Join("', '", missing)}' is '{StoredSecrets.Placeholder}', which stands "
                + $"for the secret that {file.Name} has, and it has none there. Write the secret, or a reference "
                + "to it.");
        }

        connector["settings"] = unsaved;
        var result = ConfigurationReader.Read(
            Encoding.UTF8.GetBytes(whole.ToJsonString()),
            catalog,
            new MachineEnvironment(file.DirectoryName ?? "/"));
        foreach (var wrong in result.Problems)
        {
            // The line is that of a text which nobody wrote.
            Console.Error.WriteLine($"{settings.Name}: {wrong with { Line = 0 }}");
        }

        return result.Config;
    }

    private static JsonObject Parse(FileInfo file) =>
        JsonNode.Parse(File.ReadAllBytes(file.FullName), documentOptions: Lenient) as JsonObject
        ?? throw new JsonException("It is no JSON object; write the settings as { \"name\": value }.");

    private static MeridianConfig? Refuse(string problem)
    {
        Console.Error.WriteLine(problem);
        return null;
    }
}
