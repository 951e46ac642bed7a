using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Unicode;

namespace Meridian.Readings;

/// <summary>
/// Texts by their UTF-8 bytes, so that one that comes again is the string it was before. Bounded in texts and in bytes:
/// when the young generation is full, the old one is forgotten as a whole.
/// </summary>
internal sealed class InternedTexts(
    int maxTexts = InternedTexts.DefaultMaxTexts,
    int maxBytes = InternedTexts.DefaultMaxBytes,
    int maxTextBytes = InternedTexts.DefaultMaxTextBytes)
{
    public const int DefaultMaxTexts = 131_072;

    public const int DefaultMaxBytes = 16 * 1_024 * 1_024;

    /// <summary>A longer text is seldom the same again, and would push out many that are.</summary>
    public const int DefaultMaxTextBytes = 65_535;

    private Dictionary<byte[], string> _young = new(Utf8Comparer.Instance);
    private Dictionary<byte[], string> _old = new(Utf8Comparer.Instance);
    private int _youngBytes;

    /// <summary>The text, or null when the bytes are not UTF-8.</summary>
    public string? TextOf(ReadOnlySpan<byte> utf8)
    {
        if (utf8.Length > maxTextBytes)
        {
            return Make(utf8);
        }

        if (_young.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(utf8, out var text))
        {
            return text;
        }

        if (!_old.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(utf8, out var key, out text))
        {
            text = Make(utf8);
            if (text is null)
            {
                return null;
            }

            key = utf8.ToArray();
        }

        if (_young.Count >= maxTexts || _youngBytes + key.Length > maxBytes)
        {
            (_young, _old) = (_old, _young);
            _young.Clear();
            _youngBytes = 0;
        }

        _young.Add(key, text);
        _youngBytes += key.Length;
        return text;
    }

    private static string? Make(ReadOnlySpan<byte> utf8) =>
        Utf8.IsValid(utf8) ? Encoding.UTF8.GetString(utf8) : null;

    /// <summary>
    /// Compares by bytes; the hash is seeded per process, so that nobody can choose texts that collide.
    /// </summary>
    private sealed class Utf8Comparer
        : IEqualityComparer<byte[]>, IAlternateEqualityComparer<ReadOnlySpan<byte>, byte[]>
    {
        public static readonly Utf8Comparer Instance = new();

        public bool Equals(byte[]? x, byte[]? y) => x.AsSpan().SequenceEqual(y);

        public bool Equals(ReadOnlySpan<byte> alternate, byte[] other) => alternate.SequenceEqual(other);

        public int GetHashCode([DisallowNull] byte[] obj) => GetHashCode(obj.AsSpan());

        // The hash of a string is the seeded one that is there for two bytes at a time.
        public int GetHashCode(ReadOnlySpan<byte> alternate)
        {
            var hash = string.GetHashCode(MemoryMarshal.Cast<byte, char>(alternate), StringComparison.Ordinal);
            return (alternate.Length & 1) == 0 ? hash : (hash * 31) + alternate[^1];
        }

        public byte[] Create(ReadOnlySpan<byte> alternate) => alternate.ToArray();
    }
}
