using System.Collections;
using System.Text;
using Meridian.Sdk.Readings;

namespace Meridian.Connectors.Files.Folder;

/// <summary>
/// Readings of a file up to a page. Where it ends follows from the readings alone, so a file that is read again has the
/// same pages. One caller.
/// </summary>
internal sealed class FolderPage : ICollection<Reading>
{
    /// <summary>Few flushes of the disk, and not much to read again after a kill.</summary>
    private const int EnoughReadings = 8_192;

    /// <summary>One more row, which is 6 MiB at most, stays below the limit of a page.</summary>
    private const int EnoughBytes = 1 << 20;

    private readonly List<Reading> _readings = [];
    private Reading[] _lent = [];
    private long _bytes;

    public int Count => _readings.Count;

    public bool IsReadOnly => false;

    /// <summary>Whether the page is to be given.</summary>
    public bool IsFull => _readings.Count >= EnoughReadings || _bytes >= EnoughBytes;

    public void Add(Reading item)
    {
        _readings.Add(item);
        _bytes += item.Value.Kind switch
        {
            ReadingValueKind.String or ReadingValueKind.Json => Encoding.UTF8.GetByteCount(item.Value.AsString()),
            ReadingValueKind.Bytes => item.Value.AsBytes().Length,
            _ => 0,
        };
    }

    /// <summary>Gives what there is and begins anew. Lent until the next time.</summary>
    public ReadOnlyMemory<Reading> Lend()
    {
        var count = _readings.Count;
        if (_lent.Length < count)
        {
            _lent = new Reading[Math.Max(count, EnoughReadings)];
        }

        _readings.CopyTo(_lent);
        Clear();
        return _lent.AsMemory(0, count);
    }

    public void Clear()
    {
        _readings.Clear();
        _bytes = 0;
    }

    public bool Contains(Reading item) => _readings.Contains(item);

    public void CopyTo(Reading[] array, int arrayIndex) => _readings.CopyTo(array, arrayIndex);

    public bool Remove(Reading item) => _readings.Remove(item);

    public IEnumerator<Reading> GetEnumerator() => _readings.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
