using System.Runtime.InteropServices;

namespace Meridian.Mqtt.Storage.Files;

/// <summary>Changes that gather while the group before is being made durable: encoded as they come, written in one
/// piece. Under the writer's lock until it is taken.</summary>
internal sealed class ChangeGroup(uint seed)
{
    private const int MaxKeptBytes = 1024 * 1024;

    private readonly List<Item> _items = [];
    private byte[] _bytes = [];
    private TaskCompletionSource? _durable;

    public int Length { get; private set; }

    public ReadOnlySpan<byte> Bytes => _bytes.AsSpan(0, Length);

    public IReadOnlyList<Item> Items => _items;

    /// <summary>True when somebody waits until it is durable; else it only needs to be written.</summary>
    public bool IsAwaited => _durable is not null;

    /// <summary>The changes without the publications.</summary>
    public IEnumerable<MqttSessionChange> Changes =>
        _items.Where(static item => !item.IsPublication).Select(static item => item.Change);

    public Task DurableAsync() =>
        (_durable ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

    public void Add(MqttStoredPublication publication)
    {
        var record = Append(PublicationContent.Measure(publication), publication.Key);
        PublicationContent.Write(record[RecordFrame.Size..], publication);
        RecordFrame.Write(record, RecordFrame.Publication, seed);
    }

    /// <summary>A publication that is copied forward, as bytes.</summary>
    public void Add(ulong key, ReadOnlySpan<byte> content)
    {
        var record = Append(content.Length, key);
        content.CopyTo(record[RecordFrame.Size..]);
        RecordFrame.Write(record, RecordFrame.Publication, seed);
    }

    public void Note(MqttSessionChange change)
    {
        var record = Extend(RecordFrame.Size + RecordFrame.ChangeBytes);
        RecordFrame.WriteChange(record, change, seed);
        _items.Add(new Item(change, Length - record.Length, record.Length));
    }

    /// <summary>Puts changes first, whose own group failed.</summary>
    public void NoteFirst(IReadOnlyList<MqttSessionChange> changes)
    {
        var later = (Bytes: Bytes.ToArray(), Items: _items.ToArray());
        Length = 0;
        _items.Clear();
        foreach (var change in changes)
        {
            Note(change);
        }

        var shift = Length;
        later.Bytes.CopyTo(Extend(later.Bytes.Length));
        _items.AddRange(later.Items.Select(item => item with { Offset = item.Offset + shift }));
    }

    public void Succeed() => _durable?.TrySetResult();

    public void Fail(Exception error) => _durable?.TrySetException(error);

    /// <summary>Makes it empty for the next use.</summary>
    public void Reset()
    {
        Length = 0;
        _items.Clear();
        _durable = null;
        if (_bytes.Length > MaxKeptBytes)
        {
            _bytes = [];
        }
    }

    private Span<byte> Append(int contentBytes, ulong key)
    {
        var record = Extend(RecordFrame.Size + contentBytes);
        var change = new MqttSessionChange(MqttSessionChangeKind.None, key);
        _items.Add(new Item(change, Length - record.Length, record.Length));
        return record;
    }

    private Span<byte> Extend(int bytes)
    {
        var needed = checked(Length + bytes);
        if (needed > _bytes.Length)
        {
            Array.Resize(ref _bytes, (int)Math.Min(Array.MaxLength, Math.Max(needed, 2L * _bytes.Length)));
        }

        Length = needed;
        return _bytes.AsSpan(needed - bytes, bytes);
    }

    /// <summary>One record of the group.</summary>
    /// <param name="Change">The change; of a publication only the key.</param>
    /// <param name="Offset">Where its record begins in the group.</param>
    /// <param name="Length">Its length, frame included.</param>
    [StructLayout(LayoutKind.Auto)]
    internal readonly record struct Item(MqttSessionChange Change, int Offset, int Length)
    {
        public bool IsPublication => Change.Kind == MqttSessionChangeKind.None;
    }
}
