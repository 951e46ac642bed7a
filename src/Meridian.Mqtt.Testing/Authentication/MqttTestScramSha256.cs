using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Meridian.Mqtt.Testing.Authentication;

/// <summary>SCRAM-SHA-256 (RFC 5802, RFC 7677) on the broker's side, without channel binding.</summary>
/// <param name="userName">The one user that may come in.</param>
/// <param name="password">The user's password; not prepared by SASLprep, so choose ASCII.</param>
public sealed class MqttTestScramSha256(string userName, string password) : IMqttTestAuthenticator
{
    /// <inheritdoc/>
    public string Method => "SCRAM-SHA-256";

    /// <summary>How often the password is hashed.</summary>
    /// <value>4,096 by default, the least that RFC 7677 allows.</value>
    public int Iterations { get; init; } = 4_096;

    /// <summary>The salt.</summary>
    /// <value>That of the example in RFC 7677 by default: a test broker repeats itself.</value>
    public ReadOnlyMemory<byte> Salt { get; init; } = Convert.FromBase64String("W22ZaJ0SNY7soEsUEjb6gQ==");

    /// <summary>The broker's part of the nonce.</summary>
    /// <value>That of the example in RFC 7677 by default, for the same reason.</value>
    public string Nonce { get; init; } = "%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0";

    /// <inheritdoc/>
    public IMqttTestAuthentication Begin(string clientId) => new Exchange(this, userName, password);

    private sealed class Exchange(MqttTestScramSha256 owner, string userName, string password)
        : IMqttTestAuthentication
    {
        private string? _clientFirst;
        private string _serverFirst = "";
        private string _nonce = "";

        public MqttTestAuthenticationStep Advance(ReadOnlyMemory<byte> data)
        {
            var text = Encoding.UTF8.GetString(data.Span);
            return _clientFirst is null ? First(text) : Final(text);
        }

        /// <summary><c>n,,n=user,r=nonce</c>.</summary>
        private MqttTestAuthenticationStep First(string text)
        {
            var parts = text.Split(',');
            if (parts is not ["n" or "y", _, ['n', '=', .. var name], ['r', '=', .. var nonce], ..]
                || !string.Equals(Unescape(name), userName, StringComparison.Ordinal))
            {
                return MqttTestAuthenticationStep.Refuse();
            }

            _clientFirst = string.Join(',', parts[2..]);
            _nonce = nonce + owner.Nonce;
            _serverFirst = string.Create(
                CultureInfo.InvariantCulture,
                $"r={_nonce},s={Convert.ToBase64String(owner.Salt.Span)},i={owner.Iterations}");
            return MqttTestAuthenticationStep.Challenge(Encoding.UTF8.GetBytes(_serverFirst));
        }

        /// <summary><c>c=biws,r=nonce,p=proof</c>.</summary>
        private MqttTestAuthenticationStep Final(string text)
        {
            var end = text.LastIndexOf(",p=", StringComparison.Ordinal);
            if (end < 0
                || !text[..end].EndsWith($",r={_nonce}", StringComparison.Ordinal)
                || !TryDecode(text[(end + 3)..], out var proof))
            {
                return MqttTestAuthenticationStep.Refuse();
            }

            var salted = Rfc2898DeriveBytes.Pbkdf2(
                Encoding.UTF8.GetBytes(password),
                owner.Salt.Span,
                owner.Iterations,
                HashAlgorithmName.SHA256,
                SHA256.HashSizeInBytes);
            var said = Encoding.UTF8.GetBytes($"{_clientFirst},{_serverFirst},{text[..end]}");
            var storedKey = SHA256.HashData(HMACSHA256.HashData(salted, "Client Key"u8));
            var signature = HMACSHA256.HashData(storedKey, said);
            for (var i = 0; i < proof.Length; i++)
            {
                proof[i] ^= signature[i];
            }

            if (!CryptographicOperations.FixedTimeEquals(SHA256.HashData(proof), storedKey))
            {
                return MqttTestAuthenticationStep.Refuse();
            }

            var serverKey = HMACSHA256.HashData(salted, "Server Key"u8);
            var verifier = Convert.ToBase64String(HMACSHA256.HashData(serverKey, said));
            return MqttTestAuthenticationStep.Succeed(Encoding.UTF8.GetBytes($"v={verifier}"));
        }

        private static string Unescape(string name) => name
            .Replace("=2C", ",", StringComparison.Ordinal)
            .Replace("=3D", "=", StringComparison.Ordinal);

        private static bool TryDecode(string base64, out byte[] proof)
        {
            proof = new byte[SHA256.HashSizeInBytes];
            return Convert.TryFromBase64String(base64, proof, out var count) && count == proof.Length;
        }
    }
}
