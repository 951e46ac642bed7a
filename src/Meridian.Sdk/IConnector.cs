namespace Meridian.Sdk;

/// <summary>
/// The life of a connector: start → connect → … → disconnect → stop. All four default to nothing; there is no base
/// class, the engine does around a connector what all have in common.
/// </summary>
/// <remarks>
/// The engine calls these one at a time, never two at once, on threads of the pool. An instance lives through one start
/// and one stop, and through any number of connects and disconnects between them. Every method may throw
/// <see cref="Faults.ConnectorException"/>; anything else counts as a mistake of the connector.
/// </remarks>
public interface IConnector
{
    /// <summary>Prepares local things: folders, a local cache. No network. Called once, first.</summary>
    /// <param name="cancellationToken">Cancelled when the gateway stops; leave nothing half made.</param>
    Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>
    /// Connects to the peer. Called after start and again after each loss, with backoff between failures.
    /// </summary>
    /// <param name="cancellationToken">
    /// Cancelled when the gateway stops; what was opened so far is closed by disconnect.
    /// </param>
    Task ConnectAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>
    /// Closes everything that connect opened. Idempotent, also called when connect failed or never ran.
    /// </summary>
    /// <param name="cancellationToken">
    /// Cancelled when the stated time for stopping is over; then close without farewell.
    /// </param>
    Task DisconnectAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>
    /// Removes what start prepared. Called once, last, after disconnect, also when start failed or never ran. A second
    /// call does nothing.
    /// </summary>
    /// <param name="cancellationToken">Cancelled when the stated time for stopping is over.</param>
    Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>
    /// Tries the settings and tells what was found. Runs on a throw-away instance that was never started: it opens its
    /// own connection with an identity of its own, disturbs nothing that runs, and closes what it opened.
    /// </summary>
    /// <param name="cancellationToken">Cancelled by the user or after a time limit.</param>
    /// <returns>Facts such as versions and latencies; never a secret.</returns>
    /// <exception cref="Faults.ConnectorException">The settings do not work, in words.</exception>
    Task<IReadOnlyList<Diagnostic>> TestConnectionAsync(CancellationToken cancellationToken);
}

/// <summary>One fact that a test found.</summary>
/// <param name="Key">What, such as "Server version".</param>
/// <param name="Value">The fact.</param>
public sealed record Diagnostic(string Key, string Value);
