using System.Security.Cryptography;
using System.Text;

namespace Meridian.Connectors.Files.Parts;

/// <summary>
/// What the names of files begin with: a prefix, in which <c>{point}</c> may stand once. Immutable.
/// </summary>
internal sealed class NamePattern
{
    public const string Placeholder = "{point}";

    private const string AllPoints = "points";
    private const int MaxPointLength = 100;

    private readonly string _before;
    private readonly string _after;

    public NamePattern(string prefix)
    {
        var at = prefix.IndexOf(Placeholder, StringComparison.Ordinal);
        IsPerPoint = at >= 0;
        _before = IsPerPoint ? prefix[..at] : prefix;
        _after = IsPerPoint ? prefix[(at + Placeholder.Length)..] : string.Empty;
    }

    /// <summary>Whether each point has files of its own.</summary>
    public bool IsPerPoint { get; }

    /// <summary>What the names of parts begin with, in which all points are together.</summary>
    public string PartStem => IsPerPoint ? _before + AllPoints + _after : _before;

    /// <summary>What the names of a point's files begin with.</summary>
    /// <param name="point">The point.</param>
    /// <param name="hashLength">
    /// How many digits of a hash shall tell it from another that has the same name without; 0 where none is needed.
    /// </param>
    public string StemOf(string point, int hashLength) => _before + SafeName(point, hashLength) + _after;

    /// <summary>Whether a name may begin so.</summary>
    public bool Owns(ReadOnlySpan<char> stem)
    {
        if (!IsPerPoint)
        {
            return stem.SequenceEqual(_before);
        }

        if (stem.Length <= _before.Length + _after.Length
            || !stem.StartsWith(_before, StringComparison.Ordinal)
            || !stem.EndsWith(_after, StringComparison.Ordinal))
        {
            return false;
        }

        foreach (var letter in stem[_before.Length..(stem.Length - _after.Length)])
        {
            if (!IsSafe(letter) && letter != '~')
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>
    /// A point's name as a file system takes it. Where that is not the name itself, digits of the name's hash follow,
    /// so that <c>a/b</c> and <c>a_b</c> stay two.
    /// </summary>
    private static string SafeName(string point, int hashLength)
    {
        const int LeastHashLength = 8;
        var isSafe = point.Length is > 0 and <= MaxPointLength && point[0] != '.' && point.All(IsSafe);
        if (isSafe && hashLength == 0)
        {
            return point;
        }

        hashLength = Math.Max(hashLength, LeastHashLength);
        var name = new StringBuilder();
        foreach (var letter in point.AsSpan(0, Math.Min(point.Length, MaxPointLength - LeastHashLength)))
        {
            name.Append(IsSafe(letter) && !(name.Length == 0 && letter == '.') ? letter : '_');
        }

        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(point)));
        return name.Append('~').Append(hash.AsSpan(0, hashLength)).ToString();
    }

    private static bool IsSafe(char letter) => char.IsAsciiLetterOrDigit(letter) || letter is '_' or '-' or '.';
}
