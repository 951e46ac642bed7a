using Meridian.Configuration.Binding;
using Meridian.Configuration.Json;
using Meridian.Configuration.Words;

namespace Meridian.Configuration.Sections;

/// <summary>The entries of the file's lists are objects, all of them.</summary>
internal static class ObjectIn
{
    /// <summary>The entry as an object; null when it is something else, which is reported.</summary>
    public static ObjectSyntax? List(JsonSyntax entry, SettingsPath path, BindingContext context)
    {
        if (entry is ObjectSyntax syntax)
        {
            return syntax;
        }

        context.Report(
            path, entry.Line, $"'{path.Label}' must be an object {{ … }}; found {ValueText.Found(entry)}.");
        return null;
    }
}
