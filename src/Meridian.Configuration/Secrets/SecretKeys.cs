using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using Meridian.Configuration.Words;

namespace Meridian.Configuration.Secrets;

/// <summary>
/// The keys that secrets of a configuration are encrypted with: AES-256-GCM, a random nonce each. They stand in a file
/// of their own, one a line, the newest first; who has the configuration and not this file has no secret.
/// </summary>
/// <remarks>Immutable; any thread.</remarks>
public sealed class SecretKeys
{
    /// <summary>The most keys that one file may hold: a rotation leaves one.</summary>
    public const int MaxKeys = 16;

    private const int KeyBytes = 32;
    private const int NonceBytes = 12;
    private const int TagBytes = 16;
    private const int NameBytes = 4;

    private readonly (string Name, byte[] Key)[] _keys;

    private SecretKeys((string Name, byte[] Key)[] keys) => _keys = keys;

    /// <summary>The names of the keys, the newest first; a name says nothing about its key.</summary>
    public IReadOnlyList<string> Names => [.. _keys.Select(static one => one.Name)];

    /// <summary>Keys of which the first is new.</summary>
    /// <param name="before">Those so far; null for none.</param>
    public static SecretKeys WithNew(SecretKeys? before)
    {
        (string Name, byte[] Key) made = (
            Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(NameBytes)),
            RandomNumberGenerator.GetBytes(KeyBytes));
        return new SecretKeys([made, .. (before?._keys ?? []).Take(MaxKeys - 1)]);
    }

    /// <summary>Reads the text of a key file.</summary>
    /// <param name="text">The text.</param>
    /// <exception cref="FormatException">
    /// It is no such text; the message says what is wrong and shows no key.
    /// </exception>
    public static SecretKeys Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var keys = new List<(string Name, byte[] Key)>();
        var number = 0;
        foreach (var line in text.Split('\n'))
        {
            number++;
            var content = line.Trim();
            if (content.Length == 0 || content.StartsWith('#'))
            {
                continue;
            }

            var parts = content.Split(':');
            var key = new byte[KeyBytes];
            if (parts is not [{ Length: 2 * NameBytes } name, var encoded]
                || !Convert.TryFromBase64String(encoded, key, out var length)
                || length != KeyBytes)
            {
                throw new FormatException(
                    $"Line {number} is no key; a key is 8 hexadecimal digits, a colon, and 32 bytes in Base64.");
            }

            keys.Add((name, key));
        }

        return keys.Count is > 0 and <= MaxKeys
            ? new SecretKeys([.. keys])
            : throw new FormatException($"It holds {keys.Count} keys; it must be 1 to {MaxKeys}.");
    }

    /// <summary>These keys without those that are older than the newest.</summary>
    public SecretKeys NewestAlone() => new([_keys[0]]);

    /// <summary>The text of a key file.</summary>
    public string ToText()
    {
        var text = new StringBuilder(
            "# Keys of Meridian's secrets. Who has this file can read them: keep it as one.\n");
        foreach (var (name, key) in _keys)
        {
            text.Append(name).Append(':').Append(Convert.ToBase64String(key)).Append('\n');
        }

        return text.ToString();
    }

    /// <summary>Encrypts with the newest key.</summary>
    /// <param name="secret">The secret.</param>
    /// <returns>What stands behind <c>encrypted:</c>; another each time.</returns>
    public string Encrypt(string secret)
    {
        ArgumentNullException.ThrowIfNull(secret);
        var (name, key) = _keys[0];
        var clear = Encoding.UTF8.GetBytes(secret);
        var sealedBytes = new byte[NonceBytes + clear.Length + TagBytes];
        var nonce = sealedBytes.AsSpan(0, NonceBytes);
        RandomNumberGenerator.Fill(nonce);
        using var cipher = new AesGcm(key, TagBytes);
        cipher.Encrypt(
            nonce,
            clear,
            sealedBytes.AsSpan(NonceBytes, clear.Length),
            sealedBytes.AsSpan(NonceBytes + clear.Length),
            Encoding.UTF8.GetBytes(name));
        CryptographicOperations.ZeroMemory(clear);
        return $"{name}.{Convert.ToBase64String(sealedBytes)}";
    }

    /// <summary>Decrypts.</summary>
    /// <param name="text">What stands behind <c>encrypted:</c>.</param>
    /// <param name="secret">The secret.</param>
    /// <param name="problem">Why it is none that can be read; a whole sentence.</param>
    public bool TryDecrypt(
        string text, [NotNullWhen(true)] out string? secret, [NotNullWhen(false)] out string? problem)
    {
        ArgumentNullException.ThrowIfNull(text);
        (secret, problem) = (null, null);
        var dot = text.IndexOf('.', StringComparison.Ordinal);
        var name = dot < 0 ? string.Empty : text[..dot];
        var bytes = new byte[text.Length];
        if (dot < 0 || !Convert.TryFromBase64String(text[(dot + 1)..], bytes, out var length)
            || length < NonceBytes + TagBytes)
        {
            problem = "It is not what 'meridian secret' writes; encrypt the secret again.";
            return false;
        }

        var key = _keys.FirstOrDefault(one => string.Equals(one.Name, name, StringComparison.Ordinal)).Key;
        if (key is null)
        {
            problem = $"It was encrypted with the key {ValueText.Quote(name)}; the key file holds "
                + $"{string.Join(", ", Names)}. Bring that key back, or encrypt the secret again.";
            return false;
        }

        var clear = new byte[length - NonceBytes - TagBytes];
        try
        {
            using var cipher = new AesGcm(key, TagBytes);
            cipher.Decrypt(
                bytes.AsSpan(0, NonceBytes),
                bytes.AsSpan(NonceBytes, clear.Length),
                bytes.AsSpan(NonceBytes + clear.Length, TagBytes),
                clear,
                Encoding.UTF8.GetBytes(name));
            secret = Encoding.UTF8.GetString(clear);
            CryptographicOperations.ZeroMemory(clear);
            return true;
        }
        catch (AuthenticationTagMismatchException)
        {
            problem = "It was changed since it was encrypted, or the key of this name is another; encrypt the secret "
                + "again.";
            return false;
        }
    }
}
