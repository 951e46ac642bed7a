using System.Buffers;

namespace Meridian.Transforms.State;

/// <summary>
/// What all transforms of a chain remember, as bytes: a version, and of each transform that remembers a fingerprint of
/// its settings, a length and its own bytes. Drawn in docs/formats/transforms.md.
/// </summary>
internal sealed class ChainState
{
    private const byte Version = 1;

    private readonly List<(ulong Fingerprint, IRemembers Transform)> _parts = [];
    private readonly ArrayBufferWriter<byte> _part = new();

    public ChainState(IReadOnlyList<TransformSettings> settings, IReadOnlyList<ITransform> transforms)
    {
        for (var index = 0; index < transforms.Count; index++)
        {
            if (transforms[index] is IRemembers transform)
            {
                _parts.Add((SettingsFingerprint.Of(settings.Take(index + 1)), transform));
            }
        }
    }

    /// <summary>Whether any transform remembers anything.</summary>
    public bool IsNeeded => _parts.Count > 0;

    public void Save(IBufferWriter<byte> output)
    {
        var writer = new StateWriter(output);
        writer.WriteByte(Version);
        foreach (var (fingerprint, transform) in _parts)
        {
            _part.ResetWrittenCount();
            transform.Save(new StateWriter(_part));
            writer.WriteBits(unchecked((long)fingerprint));
            writer.WriteCount((ulong)_part.WrittenCount);
            output.Write(_part.WrittenSpan);
        }
    }

    public bool Load(ReadOnlySpan<byte> state)
    {
        foreach (var (_, transform) in _parts)
        {
            transform.Clear();
        }

        if (state.IsEmpty)
        {
            return true;
        }

        var reader = new StateReader(state);
        if (reader.ReadByte() != Version)
        {
            return false;
        }

        var isTaken = true;
        while (!reader.IsWhole && !reader.IsBroken)
        {
            isTaken &= LoadPart(unchecked((ulong)reader.ReadBits()), reader.ReadBytes());
        }

        return isTaken && reader.IsWhole;
    }

    private bool LoadPart(ulong fingerprint, ReadOnlySpan<byte> bytes)
    {
        var index = _parts.FindIndex(part => part.Fingerprint == fingerprint);
        if (index < 0)
        {
            return false;
        }

        var reader = new StateReader(bytes);
        var transform = _parts[index].Transform;
        if (transform.Load(ref reader) && reader.IsWhole)
        {
            return true;
        }

        transform.Clear();
        return false;
    }
}
