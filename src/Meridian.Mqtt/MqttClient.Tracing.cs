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
        if (PublishTracing.Start(packet, ClientId) is not { } activity)
        {
            return _state.Publications.PublishAsync(packet, cancellationToken);
        }

        var traced = packet;
        if (_state.Options.SendTraceContext && _state.Version >= MqttProtocolVersion.V50)
        {
            traced = packet with { Properties = PublishTracing.AddContext(packet.Properties, activity) };
        }

        try
        {
            return PublishTracing.FollowAsync(
                _state.Publications.PublishAsync(traced, cancellationToken), activity);
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
}
