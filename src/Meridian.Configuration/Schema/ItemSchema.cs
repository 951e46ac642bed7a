using System.Text.Json.Nodes;
using Meridian.Configuration.Schedules;
using Meridian.Configuration.Sections;
using Meridian.Configuration.Shapes;
using Meridian.Sdk;
using Meridian.Sdk.South;

namespace Meridian.Configuration.Schema;

/// <summary>The schema of one item of a South: what belongs to every item, and what its type wants to know.</summary>
internal static class ItemSchema
{
    /// <summary>Writes the schema.</summary>
    /// <param name="south">The kind of South.</param>
    /// <param name="settings">Writes the records.</param>
    /// <param name="definitions">Where definitions go.</param>
    public static JsonObject Write(SouthManifest south, SettingsSchema settings, SchemaDefinitions definitions)
    {
        var schema = settings.WriteTogether(
            SettingsShape.Of(typeof(ItemSection)), SettingsShape.Of(south.ItemSettingsType));
        var schedule = (JsonObject)schema["properties"]!["schedule"]!; // every item has it
        var subscription = new JsonObject { ["enum"] = SchemaKeywords.Texts([Schedule.SubscriptionName]) };
        if (!south.Capabilities.HasFlag(SouthCapabilities.Subscription))
        {
            schedule["not"] = subscription;
        }
        else if ((south.Capabilities & ItemReader.OnSchedule) == SouthCapabilities.None)
        {
            schedule["anyOf"] = new JsonArray(
                subscription,
                new JsonObject { ["$ref"] = definitions.DefineText(SchemaDefinitions.Reference) });
        }

        return schema;
    }
}
