using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace Meridian.Engine.Groups;

/// <summary>
/// To which groups the readings of one record belong, run by run. Written before the readings, drawn in
/// docs/formats/records.md. Its lists are used again. One thread at a time.
/// </summary>
internal sealed class GroupRuns
{
    private const int RunBytes = sizeof(int) + sizeof(ushort);

    private readonly List<string> _names = [];
    private readonly List<(int Count, int Name)> _runs = [];

    /// <summary>Whether any reading belongs to a group.</summary>
    public bool AreNeeded => _names.Count > 0;

    /// <summary>
    /// Whether another run may have to be written with a new name, and there is no number left for it.
    /// </summary>
    public bool IsFull => _names.Count >= ushort.MaxValue - 1;

    /// <summary>How many runs there are.</summary>
    public int RunCount => _runs.Count;

    /// <summary>One of the runs: how many readings, and of which group; null for none.</summary>
    public (int Count, string? Group) RunAt(int index)
    {
        var (count, name) = _runs[index];
        return (count, name == 0 ? null : _names[name - 1]);
    }

    /// <summary>Forgets all.</summary>
    public void Clear()
    {
        _names.Clear();
        _runs.Clear();
    }

    /// <summary>The next readings.</summary>
    /// <param name="count">How many.</param>
    /// <param name="group">Their group; null for none.</param>
    public void Add(int count, string? group)
    {
        var name = group is null ? 0 : NumberOf(group);
        if (_runs.Count > 0 && _runs[^1].Name == name)
        {
            _runs[^1] = (_runs[^1].Count + count, name);
        }
        else if (count > 0)
        {
            _runs.Add((count, name));
        }
    }

    /// <summary>Writes the names and the runs.</summary>
    public void Write(IBufferWriter<byte> output)
    {
        var length = (2 * sizeof(int)) + sizeof(ushort) + (RunBytes * _runs.Count)
            + _names.Sum(static name => sizeof(ushort) + Encoding.UTF8.GetByteCount(name));
        var rest = output.GetSpan(length)[..length];
        WriteInt(ref rest, length);
        WriteShort(ref rest, _names.Count);
        foreach (var name in _names)
        {
            WriteShort(ref rest, Encoding.UTF8.GetByteCount(name));
            rest = rest[Encoding.UTF8.GetBytes(name, rest)..];
        }

        WriteInt(ref rest, _runs.Count);
        foreach (var (count, name) in _runs)
        {
            WriteInt(ref rest, count);
            WriteShort(ref rest, name);
        }

        output.Advance(length);
    }

    /// <summary>Reads what <see cref="Write"/> wrote, in place of what is here.</summary>
    /// <param name="payload">The record's payload.</param>
    /// <returns>Where the readings begin.</returns>
    /// <exception cref="InvalidDataException">The bytes are not what it writes.</exception>
    public int Read(ReadOnlySpan<byte> payload)
    {
        Clear();
        var rest = payload;
        var length = ReadInt(ref rest);
        if (length > payload.Length)
        {
            throw Damaged();
        }

        for (var names = ReadShort(ref rest); names > 0; names--)
        {
            var bytes = ReadShort(ref rest);
            _names.Add(Encoding.UTF8.GetString(Take(ref rest, bytes)));
        }

        for (var runs = ReadInt(ref rest); runs > 0; runs--)
        {
            var run = (Count: ReadInt(ref rest), Name: ReadShort(ref rest));
            if (run.Count < 1 || run.Name > _names.Count)
            {
                throw Damaged();
            }

            _runs.Add(run);
        }

        return payload.Length - rest.Length == length ? length : throw Damaged();
    }

    /// <summary>The groups, one after the other.</summary>
    public Walk Begin() => new(this);

    private static void WriteInt(ref Span<byte> rest, int value)
    {
        BinaryPrimitives.WriteInt32LittleEndian(rest, value);
        rest = rest[sizeof(int)..];
    }

    private static void WriteShort(ref Span<byte> rest, int value)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(rest, checked((ushort)value));
        rest = rest[sizeof(ushort)..];
    }

    private static int ReadInt(ref ReadOnlySpan<byte> rest)
    {
        var value = BinaryPrimitives.ReadInt32LittleEndian(Take(ref rest, sizeof(int)));
        return value >= 0 ? value : throw Damaged();
    }

    private static int ReadShort(ref ReadOnlySpan<byte> rest) =>
        BinaryPrimitives.ReadUInt16LittleEndian(Take(ref rest, sizeof(ushort)));

    private static ReadOnlySpan<byte> Take(ref ReadOnlySpan<byte> rest, int length)
    {
        if (rest.Length < length)
        {
            throw Damaged();
        }

        var taken = rest[..length];
        rest = rest[length..];
        return taken;
    }

    private static InvalidDataException Damaged() =>
        new("The groups of a record of readings are damaged; its readings cannot be told from them.");

    private int NumberOf(string group)
    {
        var known = _names.IndexOf(group);
        if (known < 0)
        {
            _names.Add(group);
            known = _names.Count - 1;
        }

        return known + 1;
    }

    /// <summary>Goes from reading to reading.</summary>
    [StructLayout(LayoutKind.Auto)]
    public struct Walk(GroupRuns runs)
    {
        private int _run = -1;
        private int _left;

        /// <summary>The group of the next reading; null for none, and behind the last run.</summary>
        public string? Next()
        {
            if (_left == 0 && _run + 1 < runs._runs.Count)
            {
                _left = runs._runs[++_run].Count;
            }

            if (_left == 0)
            {
                return null;
            }

            _left--;
            var name = runs._runs[_run].Name;
            return name == 0 ? null : runs._names[name - 1];
        }
    }
}
