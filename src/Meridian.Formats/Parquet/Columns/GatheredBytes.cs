using System.Text;
using Meridian.Formats.Parquet.Buffers;

namespace Meridian.Formats.Parquet.Columns;

/// <summary>Byte arrays as Parquet writes them plain: four bytes of length, then the bytes.</summary>
internal sealed class GatheredBytes : IDisposable
{
    /// <summary>Up to here room for the most that a text can need is not worth counting for.</summary>
    private const int ShortText = 1_024;

    public GrowingArray<byte> Plain { get; } = new();

    public int Count { get; private set; }

    public void Add(ReadOnlySpan<byte> bytes)
    {
        Plain.AppendInt32(bytes.Length);
        Plain.Append(bytes);
        Count++;
    }

    public void Add(string text)
    {
        var most = text.Length <= ShortText ? 3 * text.Length : Encoding.UTF8.GetByteCount(text);
        var room = Plain.Reserve(sizeof(int) + most);
        var length = Encoding.UTF8.GetBytes(text, room[sizeof(int)..]);
        Plain.AppendInt32(length);
        Plain.Advance(length);
        Count++;
    }

    /// <summary>Forgets the last one, which begins at <paramref name="from"/>.</summary>
    public void RemoveLast(int from)
    {
        _ = Plain.Resize(from);
        Count--;
    }

    public void Clear()
    {
        Plain.Clear();
        Count = 0;
    }

    public void Dispose()
    {
        Plain.Dispose();
        Count = 0;
    }
}
