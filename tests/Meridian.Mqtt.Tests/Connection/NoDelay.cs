namespace Meridian.Mqtt.Tests.Connection;

/// <summary>Every reconnect delay is zero.</summary>
internal sealed class NoDelay() : Random(0)
{
    public override double NextDouble() => 0;
}
