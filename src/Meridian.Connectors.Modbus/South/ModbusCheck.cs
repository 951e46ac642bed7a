using System.Globalization;
using Meridian.Connectors.Modbus.Planning;
using Meridian.Connectors.Modbus.Protocol;
using Meridian.Connectors.Modbus.Values;
using Meridian.Sdk.Settings;
using Meridian.Sdk.South;

namespace Meridian.Connectors.Modbus.South;

/// <summary>
/// What is wrong with the settings and items of a Modbus South beyond what attributes say, all at once.
/// </summary>
internal static class ModbusCheck
{
    private const int LastUnitId = 247;
    private const int DeviceItself = 255;

    public static IEnumerable<SettingsProblem> Find(ModbusSouthSettings settings, IReadOnlyList<Item> items)
    {
        if (settings is { Framing: ModbusFraming.RtuOverTcp, Pipelining: > 1 })
        {
            yield return Problem(
                "settings.pipelining",
                $"'pipelining' is {settings.Pipelining}, but with rtuOverTcp nothing says to which request an answer "
                + "belongs; leave it at 1.");
        }

        for (var i = 0; i < items.Count; i++)
        {
            var path = string.Create(CultureInfo.InvariantCulture, $"items[{i}].");
            foreach (var problem in Find((ModbusItemSettings)items[i].Settings, settings))
            {
                yield return problem with { Path = path + problem.Path };
            }
        }
    }

    /// <summary>Why nothing can be written to an item, a whole sentence; null for what can be.</summary>
    public static string? FindOfSetpoint(ModbusItemSettings item) =>
        !item.Kind.IsWritable()
            ? $"A {item.Kind.Word()} can only be read; leave the setpoint out, or name a coil or holding register."
            : RegisterFormat.TypeOf(item) == ModbusType.Bool && !item.Kind.IsBits()
                ? "A single bit of a register cannot be written without writing the others; give the item the whole "
                    + "register."
                : null;

    private static IEnumerable<SettingsProblem> Find(ModbusItemSettings item, ModbusSouthSettings settings)
    {
        if (item.UnitId is > LastUnitId and not DeviceItself)
        {
            yield return Problem(
                "unitId",
                $"Unit {item.UnitId} is reserved; units are 1 to {LastUnitId}, and {DeviceItself} for the device "
                + "itself.");
        }

        foreach (var problem in item.Kind.IsBits() ? FindOfBit(item) : FindOfRegisters(item, settings))
        {
            yield return problem;
        }

        if (item.Write == ModbusWrite.Multiple && !item.Kind.IsWritable())
        {
            yield return Problem("write", $"A {item.Kind.Word()} can only be read; leave 'write' out.");
        }

        foreach (var problem in FindOfScale(item))
        {
            yield return problem;
        }
    }

    private static IEnumerable<SettingsProblem> FindOfBit(ModbusItemSettings item)
    {
        if (item.Type is not (ModbusType.Auto or ModbusType.Bool))
        {
            yield return Problem("type", $"A {item.Kind.Word()} is one bit; leave 'type' out, or name a register.");
        }

        if (item.Bit is not null)
        {
            yield return Problem("bit", $"A {item.Kind.Word()} is one bit by itself; leave 'bit' out.");
        }

        if (item.Order is not null)
        {
            yield return Problem("order", $"A {item.Kind.Word()} has no bytes to order; leave 'order' out.");
        }
    }

    private static IEnumerable<SettingsProblem> FindOfRegisters(ModbusItemSettings item, ModbusSouthSettings settings)
    {
        var type = RegisterFormat.TypeOf(item);
        if (type == ModbusType.Bool && item.Bit is null)
        {
            yield return Problem("type", "A register has 16 bits; say with 'bit' which one, 0 for the lowest.");
        }

        if (item.Bit is { } bit && type != ModbusType.Bool)
        {
            yield return Problem(
                "bit",
                $"'bit' {bit} makes true or false of one register, but 'type' says {Word(type)}; leave one of them "
                + "out, and for a bit of a longer number name its register.");
        }

        if (item.Order is { } order && type == ModbusType.String && order.SwapsWords())
        {
            yield return Problem(
                "order",
                "A text goes on from register to register; 'order' is abcd, or badc where its bytes are exchanged.");
        }

        var count = RegisterFormat.CountOf(type, item.Length ?? 1);
        if (item.Address + count > ModbusLimits.AddressCount)
        {
            yield return Problem(
                "address",
                $"{count} registers from address {item.Address} end beyond {ModbusLimits.AddressCount - 1}, the last "
                + "address there is.");
        }

        var most = PlanLimits.Of(settings).MaxOf(item.Kind);
        if (count > most)
        {
            yield return Problem(
                type == ModbusType.String ? "length" : "type",
                $"The item has {count} registers, and settings.maxRegisters lets one request ask for {most}: a value "
                + "read in two parts could be of two moments.");
        }
    }

    private static IEnumerable<SettingsProblem> FindOfScale(ModbusItemSettings item)
    {
        var isScaled = !(item.Scale.Equals(1d) && item.Offset.Equals(0d));
        var type = RegisterFormat.TypeOf(item);
        if (isScaled && type is ModbusType.Bool or ModbusType.String)
        {
            yield return Problem(
                "scale", $"A value of type {Word(type)} has no scale; leave 'scale' and 'offset' out.");
        }

        if (item.Scale.Equals(0d))
        {
            yield return Problem("scale", "A scale of 0 makes every value the same; leave it out for 1.");
        }
    }

    private static string Word(ModbusType type) => type.ToString().ToLowerInvariant();

    private static SettingsProblem Problem(string path, string message) => new(path, message);
}
