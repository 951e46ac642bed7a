using Meridian.Connectors.Modbus.South;
using Meridian.Connectors.Modbus.Values;

namespace Meridian.Connectors.Modbus.Planning;

/// <summary>
/// An item as a query needs it: where it lies, how it is read, and what was last said of it. Belongs to one plan, and
/// so to one query at a time.
/// </summary>
/// <param name="name">The item's name, which is its readings' point.</param>
/// <param name="index">Its place among the readings of a query.</param>
/// <param name="settings">Its settings.</param>
/// <param name="format">How it is read.</param>
internal sealed class PlannedItem(string name, int index, ModbusItemSettings settings, in RegisterFormat format)
{
    private readonly RegisterFormat _format = format;

    /// <summary>The item's name, which is its readings' point.</summary>
    public string Name { get; } = name;

    /// <summary>Its place among the readings of a query.</summary>
    public int Index { get; } = index;

    /// <summary>The unit it lies in.</summary>
    public byte UnitId { get; } = (byte)settings.UnitId;

    /// <summary>The table it lies in.</summary>
    public ModbusKind Kind { get; } = settings.Kind;

    /// <summary>Its first coil or register.</summary>
    public int Address { get; } = settings.Address;

    /// <summary>How many it takes.</summary>
    public int Count { get; } = format.Count;

    /// <summary>The address behind its last one.</summary>
    public int End => Address + Count;

    /// <summary>How it is read.</summary>
    public ref readonly RegisterFormat Format => ref _format;

    /// <summary>
    /// What was last reported of it, so that only changes are told: the status code of its quality, or null before
    /// the first reading.
    /// </summary>
    public uint? Reported { get; set; }
}
