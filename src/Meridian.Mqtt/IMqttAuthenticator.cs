namespace Meridian.Mqtt;

/// <summary>
/// Proves to a server who the client is in more than one step, and may demand that the server proves itself (MQTT 5.0
/// §4.12).
/// </summary>
/// <remarks>
/// One exchange at a time: <see cref="StartAsync"/> begins a new one and forgets the last. What a method throws ends
/// the connection. Serves one client; <see cref="ScramSha256Authenticator"/> is an example.
/// </remarks>
public interface IMqttAuthenticator
{
    /// <summary>The name of the method, as client and server know it; the same for all exchanges.</summary>
    string Method { get; }

    /// <summary>Begins an exchange.</summary>
    /// <param name="cancellationToken">Ends with the connection or its timeout.</param>
    /// <returns>The first data for the server; empty for none.</returns>
    ValueTask<ReadOnlyMemory<byte>> StartAsync(CancellationToken cancellationToken);

    /// <summary>The server wants the next step.</summary>
    /// <param name="data">What it sent; empty for nothing. Not used after the call by the client.</param>
    /// <param name="cancellationToken">Ends with the connection or its timeout.</param>
    /// <returns>The next data for the server; empty for none.</returns>
    ValueTask<ReadOnlyMemory<byte>> ContinueAsync(ReadOnlyMemory<byte> data, CancellationToken cancellationToken);

    /// <summary>The server says that the exchange has succeeded; throw to reject the server.</summary>
    /// <param name="data">What it sent with its word; empty for nothing.</param>
    /// <param name="cancellationToken">Ends with the connection or its timeout.</param>
    /// <returns>A task that ends when the server is believed.</returns>
    ValueTask CompleteAsync(ReadOnlyMemory<byte> data, CancellationToken cancellationToken);
}
