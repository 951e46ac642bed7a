using System.Text;
using Meridian.Mqtt.Wire;

namespace Meridian.Mqtt.Connection;

/// <summary>
/// The words of a server for people, before they go into an exception, and with it into logs and further: a server may
/// repeat what it was told, and a password is none of what a person reads there. Any thread.
/// </summary>
internal sealed class ServerWords(MqttClientOptions options)
{
    // Shorter user names are those of people and machines; access tokens are not.
    private const int MaxShownUserLength = 8;

    private volatile MqttCredentials? _credentials;

    /// <summary>The server is told these, and may repeat them from now on.</summary>
    public void Tell(MqttCredentials credentials) => _credentials = credentials;

    /// <summary>Its words without a secret; null where it has none.</summary>
    public string? Of(ReasonDetails? details) => details?.ReasonString is { } words ? Hide(words) : null;

    /// <summary>What follows a sentence; empty where the server says nothing.</summary>
    public string Quote(ReasonDetails? details) => Of(details) is { Length: > 0 } words ? $" It says: {words}" : "";

    private string Hide(string words)
    {
        var told = _credentials ?? new MqttCredentials(options.UserName, options.Password);
        var secret = told.Password.IsEmpty ? TokenOf(told.UserName) : Encoding.UTF8.GetString(told.Password.Span);
        words = SecretText.Hide(words, secret);
        words = SecretText.Hide(words, (options.Authenticator as ScramSha256Authenticator)?.Password);
        return SecretText.Hide(words, options.Proxy?.Password);
    }

    /// <summary>Brokers that take an access token take it as the user name, without a password.</summary>
    private string? TokenOf(string? userName) =>
        options.Authenticator is null && userName is { Length: > MaxShownUserLength } ? userName : null;
}
