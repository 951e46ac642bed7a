using System.Diagnostics;

namespace Meridian.Mqtt;

/// <summary>The trace that a received message belongs to (W3C Trace Context in User Properties).</summary>
public static class MqttTraceContext
{
    /// <summary>Reads <c>traceparent</c> and <c>tracestate</c>, for the application to begin its own span under
    /// them. Any thread.</summary>
    /// <param name="properties">What the message says about itself, or null.</param>
    /// <returns>The context; null when there is none or it is malformed.</returns>
    public static ActivityContext? Read(MqttMessageProperties? properties)
    {
        string? parent = null;
        string? state = null;
        foreach (var (name, value) in properties?.UserProperties ?? [])
        {
            if (name is "traceparent")
            {
                parent = value;
            }
            else if (name is "tracestate")
            {
                state = value;
            }
        }

        return ActivityContext.TryParse(parent, state, isRemote: true, out var context) ? context : null;
    }
}
