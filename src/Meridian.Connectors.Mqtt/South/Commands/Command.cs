using Meridian.Mqtt;
using Meridian.Sdk.South;

namespace Meridian.Connectors.Mqtt.South.Commands;

/// <summary>One command that came in. Immutable.</summary>
/// <param name="Request">What to write where.</param>
/// <param name="Problem">Why it is not carried out, a whole sentence; null when it is.</param>
/// <param name="Answer">Where and how it is answered.</param>
/// <param name="Acknowledgement">What the broker waits for; empty at QoS 0.</param>
internal sealed record Command(
    SetpointRequest Request, string? Problem, CommandAnswer Answer, MqttAcknowledgement Acknowledgement);
