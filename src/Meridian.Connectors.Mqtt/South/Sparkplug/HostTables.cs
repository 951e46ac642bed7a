using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Meridian.Formats.Sparkplug;
using Meridian.Formats.Sparkplug.Values;
using Meridian.Sdk.Intakes;

namespace Meridian.Connectors.Mqtt.South.Sparkplug;

/// <summary>
/// An edge node as checkpoints, stored with the readings they belong to: after a restart its metrics have their names
/// at once, where the sequence goes on.
/// </summary>
/// <remarks>
/// <code>
///  spb/HASH        head: version, flags, since birth, sequence, generation (4), parts (2), bdSeq (8), GROUP/NODE
///  spb/HASH/0 …    parts: a Sparkplug payload each; seq = generation, uuid = device, metrics with name, alias, type;
///                  the first one of a device has the time of its birth
/// </code>
/// The generation counts NBIRTHs, so that a part that was stored for another one is not taken for this one's.
/// </remarks>
internal sealed class HostTables
{
    private const byte Version = 1;
    private const byte BornFlag = 1;
    private const byte BirthSequenceFlag = 2;
    private const byte KnownFlag = 4;
    private const int HeadBytes = 18;
    private const int MaxPositionBytes = 4_096;
    private const int RoomForEnd = 16;

    private string _key = "";
    private byte[] _descriptor = [];
    private uint _generation;
    private bool _isWhole = true;

    /// <summary>How many parts are stored or about to be.</summary>
    public int PartCount { get; private set; }

    /// <summary>Says whose it is; once.</summary>
    public void Name(in SparkplugTopic topic)
    {
        _descriptor = Encoding.UTF8.GetBytes($"{topic.Group}/{topic.Node}");
        _key = "spb/" + Convert.ToHexStringLower(SHA256.HashData(_descriptor).AsSpan(0, 16));
    }

    /// <summary>Where the node has got to, with every message.</summary>
    public Checkpoint HeadOf(HostNode node)
    {
        // What cannot be stored whole is stored as not known; and so is a descriptor that is too long.
        var isKnown = node.IsKnown && _isWhole && HeadBytes + _descriptor.Length <= MaxPositionBytes;
        var bytes = new byte[isKnown ? HeadBytes + _descriptor.Length : HeadBytes];
        bytes[0] = Version;
        bytes[1] = (byte)((node.IsBorn ? BornFlag : 0) | (isKnown ? KnownFlag : 0)
            | (node.BirthSequence is null ? 0 : BirthSequenceFlag));
        bytes[2] = node.SinceBirth;
        bytes[3] = node.Sequence;
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(4), _generation);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(8), (ushort)PartCount);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(10), node.BirthSequence ?? 0);
        if (isKnown)
        {
            _descriptor.CopyTo(bytes, HeadBytes);
        }

        return new Checkpoint(_key, bytes);
    }

    /// <summary>A new birth begins: its parts are written over the old ones, and what is left of those goes.</summary>
    public void Begin(List<Checkpoint> output)
    {
        for (var i = 0; i < PartCount; i++)
        {
            output.Add(new Checkpoint(KeyOf(i), default));
        }

        PartCount = 0;
        _generation++;
        _isWhole = true;
    }

    /// <summary>
    /// Adds the parts of what a birth defined; beyond the limit all of the node is written anew, without what was
    /// replaced since its birth, and what is too large even then is not stored.
    /// </summary>
    public void Add(HostNode node, HostDevice device, int maxParts, List<Checkpoint> output)
    {
        if (_isWhole && TryAdd(device, maxParts, output))
        {
            return;
        }

        Begin(output);
        foreach (var one in node.Devices)
        {
            if (!TryAdd(one, maxParts, output))
            {
                _isWhole = false;
                return;
            }
        }
    }

    /// <summary>Makes a node of what was stored; false when nothing was, or not all of it is there.</summary>
    public bool TryRestore(HostNode node, Func<string, ReadOnlyMemory<byte>?> find)
    {
        if (find(_key) is not { Length: >= HeadBytes } head || head.Span[0] != Version)
        {
            return false;
        }

        _generation = BinaryPrimitives.ReadUInt32LittleEndian(head.Span[4..]);
        PartCount = BinaryPrimitives.ReadUInt16LittleEndian(head.Span[8..]);
        var flags = head.Span[1];
        if ((flags & KnownFlag) == 0 || !head.Span[HeadBytes..].SequenceEqual(_descriptor))
        {
            return false;
        }

        var devices = new Dictionary<string, HostDevice>(StringComparer.Ordinal);
        for (var i = 0; i < PartCount; i++)
        {
            if (find(KeyOf(i)) is not { } bytes
                || !SparkplugCodec.TryDecode(bytes, out var part, out _)
                || part.Sequence != _generation)
            {
                return false;
            }

            Add(part, devices);
        }

        foreach (var device in devices.Values)
        {
            node.Define(device);
        }

        node.Restore(
            (flags & BornFlag) != 0,
            (flags & BirthSequenceFlag) != 0 ? BinaryPrimitives.ReadUInt64LittleEndian(head.Span[10..]) : null,
            sequence: head.Span[3],
            sinceBirth: head.Span[2],
            birthMilliseconds: devices.Values.Select(static one => one.BirthMilliseconds).DefaultIfEmpty().Min());
        return true;
    }

    private static void Add(SparkplugPayload part, Dictionary<string, HostDevice> devices)
    {
        var name = part.Uuid ?? "";
        if (part.TimestampMilliseconds is not null || !devices.TryGetValue(name, out var device))
        {
            // Its first part, which has a timestamp, begins anew what an earlier birth had defined.
            devices[name] = device = new HostDevice(
                name.Length == 0 ? null : name, part.TimestampMilliseconds ?? 0);
        }

        foreach (var row in part.Metrics)
        {
            device.Define(new HostMetric(row.Name ?? "", row.Alias, row.DataType, row.ContentType is not null));
        }
    }

    private bool TryAdd(HostDevice device, int maxParts, List<Checkpoint> output)
    {
        var writer = new SparkplugPayloadWriter();
        writer.Begin(device.BirthMilliseconds);
        var room = MaxPositionBytes - RoomForEnd - Encoding.UTF8.GetByteCount(device.Name ?? "");
        foreach (var metric in device.Metrics)
        {
            var row = new SparkplugMetric
            {
                Name = metric.Name,
                Alias = metric.Alias,
                DataType = metric.DataType,
                ContentType = metric.IsJson ? SparkplugReadingValue.JsonContentType : null,
            };
            if (writer.TryAdd(row, room))
            {
                continue;
            }

            if (PartCount >= maxParts)
            {
                return false;
            }

            AddPart(writer, device, output);
            writer.Begin(null);
            if (!writer.TryAdd(row, room))
            {
                return false;
            }
        }

        if (PartCount >= maxParts || room < 0)
        {
            return false;
        }

        AddPart(writer, device, output);
        return true;
    }

    private void AddPart(SparkplugPayloadWriter writer, HostDevice device, List<Checkpoint> output)
    {
        var bytes = writer.End(_generation, device.Name ?? "").ToArray();
        _ = output.RemoveAll(one => string.Equals(one.Key, KeyOf(PartCount), StringComparison.Ordinal));
        output.Add(new Checkpoint(KeyOf(PartCount++), bytes));
    }

    private string KeyOf(int part) => string.Create(CultureInfo.InvariantCulture, $"{_key}/{part}");
}
