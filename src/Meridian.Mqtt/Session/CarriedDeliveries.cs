using System.Diagnostics.CodeAnalysis;

namespace Meridian.Mqtt.Session;

/// <summary>
/// Messages at QoS 2 that were delivered on an earlier connection and whose PUBREC never left: the server must send
/// them again, with DUP. What is known here of one decides whether it is delivered again.
/// </summary>
internal sealed class CarriedDeliveries
{
    private readonly Dictionary<ushort, Carried> _byIdentifier = [];
    private readonly Dictionary<uint, ushort> _identifiers = []; // By the sequence that its acknowledgement names.

    /// <summary>
    /// A connection ended. One that had come again, and is unacknowledged still, must come once more.
    /// </summary>
    public void Add(Carried carried)
    {
        if (!_byIdentifier.TryGetValue(carried.Identifier, out var known))
        {
            _byIdentifier.Add(carried.Identifier, carried);
            _identifiers[carried.Sequence] = carried.Identifier;
        }
        else
        {
            _byIdentifier[carried.Identifier] = known with { IsSafe = carried.IsSafe, SequenceNow = null };
        }
    }

    public bool TryGet(ushort identifier, [NotNullWhen(true)] out Carried? carried) =>
        _byIdentifier.TryGetValue(identifier, out carried);

    public bool TryGet(uint sequence, [NotNullWhen(true)] out Carried? carried)
    {
        carried = null;
        return _identifiers.TryGetValue(sequence, out var identifier) && TryGet(identifier, out carried);
    }

    public void Change(Carried carried) => _byIdentifier[carried.Identifier] = carried;

    public void Remove(ushort identifier)
    {
        if (_byIdentifier.Remove(identifier, out var carried))
        {
            _identifiers.Remove(carried.Sequence);
        }
    }

    public void Clear()
    {
        _byIdentifier.Clear();
        _identifiers.Clear();
    }
}

/// <summary>One message of <see cref="CarriedDeliveries"/>.</summary>
/// <param name="Identifier">Its Packet Identifier.</param>
/// <param name="Sequence">What its acknowledgement names: its place on the connection that delivered it.</param>
/// <param name="IsKept">The client itself keeps a copy, in a stream, so it is not needed again.</param>
/// <param name="IsSafe">It was acknowledged meanwhile; its PUBREC leaves as soon as it comes again.</param>
/// <param name="HeldBytes">What it takes beside the line, zero for one that stood in it.</param>
internal sealed record Carried(ushort Identifier, uint Sequence, bool IsKept, bool IsSafe, int HeldBytes)
{
    /// <summary>Its place on the living connection, once it has come again.</summary>
    public uint? SequenceNow { get; init; }
}
