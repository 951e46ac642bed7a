using System.Diagnostics;
using Meridian.Mqtt.Telemetry;
using Meridian.Mqtt.Wire;

namespace Meridian.Mqtt;

/// <content>The way of a publication while somebody listens to the traces.</content>
public sealed partial class MqttClient
{
    private ValueTask<MqttPublishResult> PublishTracedAsync(
        in PublishPacket packet, CancellationToken cancellationToken)
    {
        var outer = Activity.Current;
        if (PublishTracing.StartPublish(packet, ClientId) is not { } activity)
        {
            return _state.Publications.PublishAsync(packet, cancellationToken);
        }

        try
        {
            return PublishTracing.FollowAsync(
                _state.Publications.PublishAsync(WithTrace(packet, activity), cancellationToken), activity);
        }
        catch
        {
            activity.Dispose(); // An argument was wrong; nothing follows.
            throw;
        }
        finally
        {
            Activity.Current = outer; // What the caller does next is no part of the publication.
        }
    }

    /// <summary>The span ends when the message is stored: what becomes of it later may be another process's.</summary>
    private Task EnqueueTracedAsync(in PublishPacket packet, CancellationToken cancellationToken)
    {
        var outer = Activity.Current;
        if (PublishTracing.StartEnqueue(packet, ClientId) is not { } activity)
        {
            return _state.Publications.StoreAsync(packet, cancellationToken);
        }

        try
        {
            var storing = _state.Publications.StoreAsync(WithTrace(packet, activity), cancellationToken);
            return PublishTracing.FollowStoringAsync(new ValueTask(storing), activity).AsTask();
        }
        catch
        {
            activity.Dispose(); // As above.
            throw;
        }
        finally
        {
            Activity.Current = outer;
        }
    }

    private PublishPacket WithTrace(in PublishPacket packet, Activity activity) =>
        _state.Options.SendTraceContext && _state.Version >= MqttProtocolVersion.V50
            ? packet with { Properties = PublishTracing.AddContext(packet.Properties, activity) }
            : packet;
}
