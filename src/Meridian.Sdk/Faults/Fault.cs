namespace Meridian.Sdk.Faults;

/// <summary>
/// What is wrong, in the engine's words. Each connector maps its library's errors to these in one file.
/// </summary>
public enum Fault
{
    /// <summary>The peer does not answer: refused, timed out, connection lost. Transient.</summary>
    Unreachable,

    /// <summary>
    /// The peer refuses the credentials or the certificate. Retried, with backoff: rights are repaired at the peer.
    /// </summary>
    Unauthorized,

    /// <summary>The settings cannot work. Not transient: waits until they are changed.</summary>
    Misconfigured,

    /// <summary>The peer refuses this datum for good. Not transient: the datum goes to quarantine.</summary>
    Rejected,

    /// <summary>
    /// The peer sent something that breaks its protocol or format. Transient for a connection, the connector decides.
    /// </summary>
    Malformed,

    /// <summary>
    /// A mistake of ours. Transient: the connector is restarted with backoff, and nothing is thrown away.
    /// </summary>
    Internal,
}
