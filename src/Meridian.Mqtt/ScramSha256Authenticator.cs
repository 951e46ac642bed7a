using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Meridian.Mqtt;

/// <summary>
/// Enhanced authentication by SCRAM-SHA-256 (RFC 5802, RFC 7677): the password never leaves the client, and the server
/// proves that it knows it too.
/// </summary>
/// <remarks>User name and password are taken as they are: characters outside of ASCII are not prepared (RFC 4013), so
/// write them in the form that the server has stored.</remarks>
public sealed class ScramSha256Authenticator : IMqttAuthenticator
{
    private const int NonceBytes = 24;
    private const int MinIterations = 4_096; // RFC 7677 §4

    // A hostile server must not buy hours of the client's processor with one number.
    private const int MaxIterations = 10_000_000;

    private readonly string _userName;
    private readonly byte[] _password;
    private readonly Func<string> _nonceSource;
    private string _nonce = "";
    private string _firstBare = "";
    private byte[]? _serverSignature;

    /// <summary>Makes an authenticator for one client.</summary>
    /// <param name="userName">The user name.</param>
    /// <param name="password">The password.</param>
    public ScramSha256Authenticator(string userName, string password)
        : this(userName, password, static () => Convert.ToBase64String(RandomNumberGenerator.GetBytes(NonceBytes)))
    {
    }

    internal ScramSha256Authenticator(string userName, string password, Func<string> nonceSource)
    {
        ArgumentException.ThrowIfNullOrEmpty(userName);
        ArgumentNullException.ThrowIfNull(password);
        _userName = userName.Replace("=", "=3D", StringComparison.Ordinal)
            .Replace(",", "=2C", StringComparison.Ordinal);
        _password = Encoding.UTF8.GetBytes(password);
        _nonceSource = nonceSource;
    }

    /// <summary>For the one who keeps it out of messages.</summary>
    internal string Password => Encoding.UTF8.GetString(_password);

    /// <inheritdoc/>
    public string Method => "SCRAM-SHA-256";

    /// <inheritdoc/>
    public ValueTask<ReadOnlyMemory<byte>> StartAsync(CancellationToken cancellationToken)
    {
        _nonce = _nonceSource();
        _serverSignature = null;
        _firstBare = $"n={_userName},r={_nonce}";
        return SentAsync($"n,,{_firstBare}");
    }

    /// <inheritdoc/>
    /// <exception cref="MqttProtocolException">The server's answer is not one of SCRAM.</exception>
    public ValueTask<ReadOnlyMemory<byte>> ContinueAsync(
        ReadOnlyMemory<byte> data, CancellationToken cancellationToken)
    {
        var serverFirst = Encoding.UTF8.GetString(data.Span);
        var fields = serverFirst.Split(',');
        if (fields.Length < 3
            || !TryField(fields[0], 'r', out var nonce)
            || !TryField(fields[1], 's', out var saltText)
            || !TryField(fields[2], 'i', out var iterationText)
            || !TryBase64(saltText, out var salt)
            || !int.TryParse(iterationText, NumberStyles.None, CultureInfo.InvariantCulture, out var iterations))
        {
            throw Broken("RFC 5802 §5.1", "The server's first SCRAM message is malformed.");
        }

        if (!nonce.StartsWith(_nonce, StringComparison.Ordinal) || nonce.Length == _nonce.Length)
        {
            throw Broken("RFC 5802 §5.1", "The server's SCRAM nonce does not extend the client's.");
        }

        if (iterations is < MinIterations or > MaxIterations)
        {
            throw Broken(
                "RFC 7677 §4",
                $"The server asks for {iterations} iterations of SCRAM; {MinIterations} to {MaxIterations} are taken.");
        }

        var salted = Rfc2898DeriveBytes.Pbkdf2(_password, salt, iterations, HashAlgorithmName.SHA256, 32);
        var withoutProof = $"c=biws,r={nonce}";
        var authMessage = Encoding.UTF8.GetBytes($"{_firstBare},{serverFirst},{withoutProof}");
        var clientKey = HMACSHA256.HashData(salted, "Client Key"u8);
        var proof = HMACSHA256.HashData(SHA256.HashData(clientKey), authMessage);
        for (var i = 0; i < proof.Length; i++)
        {
            proof[i] ^= clientKey[i];
        }

        _serverSignature = HMACSHA256.HashData(HMACSHA256.HashData(salted, "Server Key"u8), authMessage);
        return SentAsync($"{withoutProof},p={Convert.ToBase64String(proof)}");
    }

    /// <inheritdoc/>
    /// <exception cref="MqttProtocolException">The server did not prove that it knows the password.</exception>
    public ValueTask CompleteAsync(ReadOnlyMemory<byte> data, CancellationToken cancellationToken)
    {
        var text = Encoding.UTF8.GetString(data.Span);
        if (_serverSignature is null
            || !TryField(text.Split(',')[0], 'v', out var signatureText)
            || !TryBase64(signatureText, out var signature)
            || !CryptographicOperations.FixedTimeEquals(signature, _serverSignature))
        {
            throw Broken("RFC 5802 §3", "The server did not prove that it knows the password; it may be another one.");
        }

        _serverSignature = null;
        return ValueTask.CompletedTask;
    }

    private static ValueTask<ReadOnlyMemory<byte>> SentAsync(string text) => new(Encoding.UTF8.GetBytes(text));

    private static bool TryField(string field, char name, out string value)
    {
        value = field.Length > 2 ? field[2..] : "";
        return field.Length > 2 && field[0] == name && field[1] == '=';
    }

    private static bool TryBase64(string text, out byte[] bytes)
    {
        bytes = new byte[text.Length];
        var isBase64 = Convert.TryFromBase64String(text, bytes, out var count);
        bytes = bytes[..count];
        return isBase64;
    }

    private static MqttProtocolException Broken(string statement, string message) =>
        new(statement, MqttReasonCode.ProtocolError, message);
}
