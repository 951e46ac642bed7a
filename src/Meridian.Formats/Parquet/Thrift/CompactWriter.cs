using System.Text;
using Meridian.Formats.Parquet.Buffers;

namespace Meridian.Formats.Parquet.Thrift;

/// <summary>
/// Thrift's compact protocol, in which Parquet writes its headers and its footer (Thrift, thrift-compact-protocol.md).
/// Fields of a struct come in rising order; each struct that is begun is ended.
/// </summary>
internal sealed class CompactWriter(GrowingArray<byte> output)
{
    private const int MaxDepth = 16;

    private readonly int[] _lastFields = new int[MaxDepth];
    private int _depth;

    /// <summary>Begins the outermost struct, or one that is an element of a list.</summary>
    public void BeginStruct() => _lastFields[++_depth] = 0;

    /// <summary>Begins a struct, or a union, that is a field.</summary>
    public void BeginStruct(int field)
    {
        Head(field, CompactType.Struct);
        BeginStruct();
    }

    public void EndStruct()
    {
        output.Add(0);
        _depth--;
    }

    /// <summary>A union of which the member that is set has no fields of its own.</summary>
    public void EmptyStruct(int field)
    {
        BeginStruct(field);
        EndStruct();
    }

    public void Boolean(int field, bool value) => Head(field, value ? CompactType.True : CompactType.False);

    public void Byte(int field, byte value)
    {
        Head(field, CompactType.Byte);
        output.Add(value);
    }

    public void Int32(int field, int value)
    {
        Head(field, CompactType.Int32);
        output.AppendZigZag(value);
    }

    public void Int64(int field, long value)
    {
        Head(field, CompactType.Int64);
        output.AppendZigZag(value);
    }

    public void Binary(int field, ReadOnlySpan<byte> value)
    {
        Head(field, CompactType.Binary);
        output.AppendVarint((ulong)value.Length);
        output.Append(value);
    }

    public void Text(int field, string value)
    {
        Head(field, CompactType.Binary);
        TextElement(value);
    }

    /// <summary>Begins a list; its elements follow, and nothing ends it.</summary>
    public void BeginList(int field, CompactType element, int count)
    {
        Head(field, CompactType.List);
        if (count < 15)
        {
            output.Add((byte)((count << 4) | (byte)element));
        }
        else
        {
            output.Add((byte)(0xF0 | (byte)element));
            output.AppendVarint((ulong)count);
        }
    }

    public void Int32Element(int value) => output.AppendZigZag(value);

    public void TextElement(string value)
    {
        output.AppendVarint((ulong)Encoding.UTF8.GetByteCount(value));
        output.Advance(Encoding.UTF8.GetBytes(value, output.Reserve(Encoding.UTF8.GetMaxByteCount(value.Length))));
    }

    private void Head(int field, CompactType type)
    {
        var step = field - _lastFields[_depth];
        if (step is > 0 and < 16)
        {
            output.Add((byte)((step << 4) | (byte)type));
        }
        else
        {
            output.Add((byte)type);
            output.AppendZigZag(field);
        }

        _lastFields[_depth] = field;
    }
}

/// <summary>How the compact protocol names the type of a field or of a list's elements.</summary>
internal enum CompactType : byte
{
    True = 1,
    False = 2,
    Byte = 3,
    Int32 = 5,
    Int64 = 6,
    Binary = 8,
    List = 9,
    Struct = 12,
}
