using System.Diagnostics.CodeAnalysis;

namespace Meridian.Mqtt.Connection;

/// <summary>
/// The edge to what the application gives the client to call while it connects. Whatever that throws ends the try, and
/// as a <see cref="MqttException"/>: the loop that tries again, and who awaits the first try, know nothing else.
/// </summary>
internal static class UsersCode
{
    /// <summary>Calls it, and waits for it.</summary>
    /// <param name="name">What it is, for the message.</param>
    /// <param name="ask">The application's delegate; may throw before there is anything to await.</param>
    /// <param name="cancellationToken">The client's own; no other cancellation is one here.</param>
    [SuppressMessage(
        "Design", "CA1031:Do not catch general exception types", Justification = "The edge to the user's code.")]
    public static async ValueTask<T> RunAsync<T>(
        string name, Func<CancellationToken, ValueTask<T>> ask, CancellationToken cancellationToken)
    {
        try
        {
            // It may not look at its token.
            return await ask(cancellationToken).AsTask().WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception error) when (
            error is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            throw ToException(name, error);
        }
    }

    /// <summary>An exception of the client's own family says itself whether another try may help; any other may pass.
    /// </summary>
    public static MqttException ToException(string name, Exception error) => error as MqttException
        ?? new MqttConnectionLostException($"The application's {name} failed: {error.Message}", error);
}
