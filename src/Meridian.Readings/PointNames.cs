using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Meridian.Readings;

/// <summary>
/// Point names by their UTF-8 bytes, so that a name that comes again is the string it was before. Bounded in names
/// and in bytes: when the young generation is full, the old one is forgotten as a whole.
/// </summary>
internal sealed class PointNames(int maxNames = PointNames.DefaultMaxNames, int maxBytes = PointNames.DefaultMaxBytes)
{
    public const int DefaultMaxNames = 32_768;

    public const int DefaultMaxBytes = 4 * 1_024 * 1_024;

    private Dictionary<byte[], string> _young = new(Utf8Comparer.Instance);
    private Dictionary<byte[], string> _old = new(Utf8Comparer.Instance);
    private int _youngBytes;

    public string NameOf(ReadOnlySpan<byte> utf8)
    {
        if (_young.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(utf8, out var name))
        {
            return name;
        }

        if (!_old.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(utf8, out var key, out name))
        {
            key = utf8.ToArray();
            name = Encoding.UTF8.GetString(utf8);
        }

        if (_young.Count >= maxNames || _youngBytes + key.Length > maxBytes)
        {
            (_young, _old) = (_old, _young);
            _young.Clear();
            _youngBytes = 0;
        }

        _young.Add(key, name);
        _youngBytes += key.Length;
        return name;
    }

    /// <summary>
    /// Compares by bytes; the hash is seeded per process, so that nobody can choose names that collide.
    /// </summary>
    private sealed class Utf8Comparer
        : IEqualityComparer<byte[]>, IAlternateEqualityComparer<ReadOnlySpan<byte>, byte[]>
    {
        public static readonly Utf8Comparer Instance = new();

        public bool Equals(byte[]? x, byte[]? y) => x.AsSpan().SequenceEqual(y);

        public bool Equals(ReadOnlySpan<byte> alternate, byte[] other) => alternate.SequenceEqual(other);

        public int GetHashCode([DisallowNull] byte[] obj) => GetHashCode(obj.AsSpan());

        public int GetHashCode(ReadOnlySpan<byte> alternate)
        {
            var hash = default(HashCode);
            hash.AddBytes(alternate);
            return hash.ToHashCode();
        }

        public byte[] Create(ReadOnlySpan<byte> alternate) => alternate.ToArray();
    }
}
