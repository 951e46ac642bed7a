using System.Runtime.InteropServices;
using System.Text;
using Meridian.Readings.Blocks;

namespace Meridian.Readings.Columns;

/// <summary>The texts and bytes of a record, each text once.</summary>
internal sealed class TextTable
{
    /// <summary>More than a usual record holds; a larger table is given back after the record.</summary>
    private const int MaxKept = 262_144;

    private readonly Dictionary<string, int> _indexes = new(StringComparer.Ordinal);
    private readonly NumberColumn _lengths = new();
    private readonly RecordWriter _bytes = new();

    public int Count => _lengths.Count;

    /// <summary>How many bytes each takes.</summary>
    public NumberColumn Lengths => _lengths;

    /// <summary>All of them, one behind the other.</summary>
    public RecordWriter Bytes => _bytes;

    public int IndexOf(string text)
    {
        ref var index = ref CollectionsMarshal.GetValueRefOrAddDefault(_indexes, text, out var exists);
        if (!exists)
        {
            index = Count;
            var most = Encoding.UTF8.GetMaxByteCount(text.Length);
            var into = _bytes.Reserve(most <= 1_024 ? most : Encoding.UTF8.GetByteCount(text));
            var length = Encoding.UTF8.GetBytes(text, into);
            _bytes.Advance(length);
            _lengths.Add(length);
        }

        return index;
    }

    /// <summary>Bytes are not looked for: they seldom come twice.</summary>
    public int Add(ReadOnlySpan<byte> bytes)
    {
        _bytes.Write(bytes);
        _lengths.Add(bytes.Length);
        return Count - 1;
    }

    public void Clear()
    {
        _indexes.Clear();
        if (_lengths.Count > MaxKept)
        {
            _indexes.TrimExcess();
        }

        _lengths.Clear();
        _bytes.Clear();
    }
}
