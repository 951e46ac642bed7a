using Meridian.Configuration.Binding;
using Meridian.Configuration.Json;
using Meridian.Configuration.Words;
using Meridian.Sdk;

namespace Meridian.Configuration.Sections;

/// <summary>From the word in <c>type</c> to a manifest, and from a manifest to bound settings.</summary>
internal static class ConnectorTypes
{
    /// <summary>Finds the manifest.</summary>
    /// <returns>The manifest; null when there is none, which is reported.</returns>
    public static T? Find<T>(
        string type, IReadOnlyList<T> manifests, ObjectSyntax syntax, SettingsPath path, BindingContext context)
        where T : ConnectorManifest
    {
        var manifest = manifests.FirstOrDefault(known => string.Equals(known.Id, type, StringComparison.Ordinal));
        if (manifest is null)
        {
            var side = typeof(T) == typeof(SouthManifest) ? "South" : "North";
            context.Report(
                path.Member("type"),
                SyntaxLocator.FindMemberLine(syntax, "type"),
                $"'type' is {BindingContext.QuoteWritten(syntax, "type")}, which no {side} is; "
                + $"{Suggestion.Hint(type, [.. manifests.Select(known => known.Id)])}.");
        }

        return manifest;
    }

    /// <summary>Binds the settings; left out they are an empty object, so that what is required is asked for.</summary>
    /// <returns>The settings; null when anything in them is wrong and was reported.</returns>
    public static object? BindSettings(
        ConnectorManifest manifest, ObjectSyntax settings, SettingsPath path, BindingContext context) =>
        SettingsBinder.Bind(manifest.SettingsType, settings, path.Member("settings"), context);
}
