using System.Globalization;
using System.Runtime.InteropServices;

namespace Meridian.Mqtt.Actor;

/// <summary>
/// Names one call of an <see cref="MqttConnection"/>: the callback that tells its outcome carries the same token.
/// </summary>
[StructLayout(LayoutKind.Auto)]
public readonly record struct MqttToken
{
    internal MqttToken(MqttCall call, long number)
    {
        Call = call;
        Number = number;
    }

    /// <summary>What was called; <see cref="MqttCall.None"/> for an error that belongs to no call.</summary>
    public MqttCall Call { get; }

    /// <summary>Which call of its kind on this connection, from 1; 0 for none.</summary>
    public long Number { get; }

    /// <summary>For people: such as <c>Publish 12</c>.</summary>
    /// <returns>The text.</returns>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Call} {Number}");
}

/// <summary>The calls that have an outcome.</summary>
public enum MqttCall
{
    /// <summary>None of them.</summary>
    None,

    /// <summary><see cref="MqttConnection.Publish(MqttApplicationMessage)"/>.</summary>
    Publish,

    /// <summary><see cref="MqttConnection.Subscribe"/>.</summary>
    Subscribe,

    /// <summary><see cref="MqttConnection.Unsubscribe"/>.</summary>
    Unsubscribe,

    /// <summary><see cref="MqttConnection.Disconnect"/>.</summary>
    Disconnect,
}
