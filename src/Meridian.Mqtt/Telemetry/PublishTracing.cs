using System.Diagnostics;
using Meridian.Mqtt.Wire;

namespace Meridian.Mqtt.Telemetry;

/// <summary>A span per publication, from the call to its outcome; nothing at all while nobody listens.</summary>
internal static class PublishTracing
{
    public const string SourceName = "Meridian.Mqtt";

    public static ActivitySource Source { get; } = new(SourceName);

    /// <returns>Null when nobody wants it.</returns>
    public static Activity? StartPublish(in PublishPacket packet, string clientId) =>
        Start("publish", "send", packet, clientId);

    /// <inheritdoc cref="StartPublish"/>
    public static Activity? StartEnqueue(in PublishPacket packet, string clientId) =>
        Start("enqueue", "create", packet, clientId);

    /// <summary>The properties with the trace context of a span behind the user's own.</summary>
    public static MqttMessageProperties AddContext(MqttMessageProperties? properties, Activity activity)
    {
        var all = new List<MqttUserProperty>(properties?.UserProperties ?? []);
        DistributedContextPropagator.Current.Inject(
            activity,
            all,
            static (carrier, name, value) => ((List<MqttUserProperty>)carrier!).Add(new MqttUserProperty(name, value)));
        return (properties ?? new MqttMessageProperties()) with { UserProperties = all };
    }

    /// <summary>Ends the span with the publication.</summary>
    public static async ValueTask<MqttPublishResult> FollowAsync(
        ValueTask<MqttPublishResult> publication, Activity activity)
    {
        try
        {
            var result = await publication.ConfigureAwait(false);
            activity.SetTag("mqtt.reason_code", (int)result.ReasonCode);
            return result;
        }
        catch (Exception error)
        {
            Fail(activity, error);
            throw;
        }
        finally
        {
            activity.Dispose();
        }
    }

    /// <summary>Ends the span when the message is stored.</summary>
    public static async ValueTask FollowStoringAsync(ValueTask storing, Activity activity)
    {
        try
        {
            await storing.ConfigureAwait(false);
        }
        catch (Exception error)
        {
            Fail(activity, error);
            throw;
        }
        finally
        {
            activity.Dispose();
        }
    }

    private static Activity? Start(string name, string operation, in PublishPacket packet, string clientId)
    {
        var activity = Source.StartActivity($"{name} {packet.Topic}", ActivityKind.Producer);
        if (activity is { IsAllDataRequested: true })
        {
            activity.SetTag("messaging.system", "mqtt");
            activity.SetTag("messaging.operation.type", operation);
            activity.SetTag("messaging.destination.name", packet.Topic);
            activity.SetTag("messaging.client.id", clientId);
            activity.SetTag("messaging.message.body.size", packet.Payload.Length);
            activity.SetTag("mqtt.qos", (int)packet.Qos);
        }

        return activity;
    }

    private static void Fail(Activity activity, Exception error)
    {
        activity.SetTag("error.type", error.GetType().Name);
        activity.SetStatus(ActivityStatusCode.Error, error.Message);
    }
}
