using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using Meridian.Connectors.Mqtt.South.Gathering;
using Meridian.Formats.Payloads;
using Meridian.Formats.Templates;
using Meridian.Sdk.Readings;
using Meridian.Sdk.Settings;
using Meridian.Sdk.South;

namespace Meridian.Connectors.Mqtt.South.Routing;

/// <summary>From a payload to the readings of one item. Used by one thread at a time.</summary>
internal abstract class ItemDecoder
{
    /// <summary>Compiles what an item says of its payloads; problems have paths such as <c>payload.value</c>.</summary>
    /// <param name="settings">The item's settings.</param>
    /// <param name="point">The item's template; null when it does not compile.</param>
    /// <param name="decoder">The decoder; null when there are problems.</param>
    /// <param name="problems">What is wrong.</param>
    public static bool TryCompile(
        MqttItemSettings settings,
        TextTemplate? point,
        [NotNullWhen(true)] out ItemDecoder? decoder,
        out IReadOnlyList<SettingsProblem> problems)
    {
        var isDocument = settings.Payload is { Each: not null } or { Name: not null } or { Readings.Count: > 0 };
        if (isDocument && settings.Payload.Format == MqttPayloadFormat.Json)
        {
            return DocumentItemDecoder.TryCompile(settings, point, out decoder, out problems);
        }

        var isCompiled = PayloadDecoder.TryCompile(settings.Payload.ToSpec(), out var one, out var found);
        var all = found.Select(static problem => problem with { Path = $"payload.{WordOf(problem.Path)}" }).ToList();
        if (isDocument)
        {
            all.Add(new SettingsProblem(
                "payload.format", "each, name and readings look into JSON; set the format to json or leave them out."));
        }

        problems = all;
        decoder = isCompiled && all.Count == 0 ? new SingleItemDecoder(one!) : null; // Compiled.
        return decoder is not null;
    }

    /// <summary>Adds the readings of a payload. What does not decode is kept as it came, and counted.</summary>
    /// <param name="item">The item.</param>
    /// <param name="route">Where the topic goes.</param>
    /// <param name="payload">The payload.</param>
    /// <param name="context">Counts, and knows the time.</param>
    /// <param name="into">Takes the readings.</param>
    public abstract void Decode(
        RoutedItem item,
        in Route route,
        in ReadOnlySequence<byte> payload,
        ISouthContext context,
        MessageReadings into);

    /// <summary>What did not decode.</summary>
    private protected static Reading Undecoded(
        RoutedItem item, string point, in ReadOnlySequence<byte> bytes, string reason, ISouthContext context)
    {
        context.CountUndecoded(item.Name, reason);
        return new Reading(point, context.Time.GetUtcNow(), ReadingValue.From(bytes.ToArray()), Quality.BadDecoding);
    }

    private static string WordOf(string specPath) => specPath switch
    {
        "valuePath" => "value",
        "timestampPath" => "timestamp",
        "qualityPath" => "quality",
        _ => specPath,
    };
}

/// <summary>One reading per payload.</summary>
internal sealed class SingleItemDecoder(PayloadDecoder decoder) : ItemDecoder
{
    public override void Decode(
        RoutedItem item,
        in Route route,
        in ReadOnlySequence<byte> payload,
        ISouthContext context,
        MessageReadings into)
    {
        var reading = decoder.TryDecode(payload, out var decoded, out var reason)
            ? new Reading(
                route.Point,
                decoded.Timestamp ?? context.Time.GetUtcNow(),
                decoded.Value,
                decoded.Quality ?? Quality.Good)
            : Undecoded(item, route.Point, payload, reason, context);
        into.Add(reading, item.Group);
    }
}
