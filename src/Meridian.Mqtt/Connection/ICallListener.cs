namespace Meridian.Mqtt.Connection;

/// <summary>
/// Hears the end of a call in the order in which things happen on the connection, where a task's continuation would
/// come when its thread does.
/// </summary>
internal interface ICallListener
{
    /// <summary>The call has ended. Called once, perhaps before the call returns, and perhaps under the client's gate:
    /// it must be short, must not throw and must not call the client.</summary>
    /// <param name="failure">Why it failed, an object of this call's own; null when it did not.</param>
    /// <param name="codes">The server's codes for the filters of a subscription; else empty.</param>
    void OnEnded(Exception? failure, IReadOnlyList<byte> codes);
}
