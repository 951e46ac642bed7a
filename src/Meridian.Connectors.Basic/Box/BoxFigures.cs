using System.Globalization;
using Meridian.Sdk.Faults;

namespace Meridian.Connectors.Basic.Box;

/// <summary>
/// Reads the figures of Linux (proc(5), Documentation/ABI/testing/sysfs-class-thermal, hwmon/sysfs-interface).
/// </summary>
internal sealed class BoxFigures(IBox box)
{
    private const int SectorBytes = 512; // Of /proc/diskstats, whatever the disk's own are.
    private const double BytesPerKilobyte = 1024;

    /// <summary>Busy and all processor time since the start, in ticks.</summary>
    public (double Busy, double All) Cpu()
    {
        var fields = Fields("/proc/stat", static line => line.StartsWith("cpu ", StringComparison.Ordinal), "cpu");
        var times = fields.Skip(1).Take(8).Select(Number).ToArray();
        var idle = times[3] + times[4]; // idle and iowait
        return (times.Sum() - idle, times.Sum());
    }

    public double Load() => Number(box.Read("/proc/loadavg").Split(' ')[0]);

    public double Uptime() => Number(box.Read("/proc/uptime").Split(' ')[0]);

    /// <summary>A line of /proc/meminfo, in bytes.</summary>
    public long Memory(string name)
    {
        var fields = Fields(
            "/proc/meminfo", line => line.StartsWith($"{name}:", StringComparison.Ordinal), name);
        return (long)(Number(fields[1]) * BytesPerKilobyte);
    }

    /// <summary>Bytes read and written since the start, of one device or of all disks.</summary>
    public (double Read, double Written) Disk(string? device)
    {
        var (read, written, isFound) = (0.0, 0.0, false);
        foreach (var line in box.Read("/proc/diskstats").Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (fields.Length > 9 && (device is null ? IsDisk(fields[2]) : Same(fields[2], device)))
            {
                read += Number(fields[5]) * SectorBytes;
                written += Number(fields[9]) * SectorBytes;
                isFound = true;
            }
        }

        return isFound || device is null ? (read, written) : throw NotThere("disk", device, "/proc/diskstats");
    }

    /// <summary>Bytes both ways and packets with errors since the start, of one interface or of all but the loopback.
    /// </summary>
    public (double Received, double Sent, double Errors) Network(string? name)
    {
        var (received, sent, errors, isFound) = (0.0, 0.0, 0.0, false);
        foreach (var line in box.Read("/proc/net/dev").Split('\n').Skip(2))
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            var one = colon < 0 ? "" : line[..colon].Trim();
            if (one.Length == 0 || (name is null ? Same(one, "lo") : !Same(one, name)))
            {
                continue;
            }

            var fields = line[(colon + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
            received += Number(fields[0]);
            sent += Number(fields[8]);
            errors += Number(fields[2]) + Number(fields[10]);
            isFound = true;
        }

        return isFound || name is null ? (received, sent, errors) : throw NotThere("interface", name, "/proc/net/dev");
    }

    /// <summary>A sensor's temperature, or that of the warmest.</summary>
    public double Temperature(string? sensor)
    {
        var known = Sensors().ToArray();
        var found = sensor is null ? known : [.. known.Where(one => Same(one.Name, sensor))];
        if (found.Length > 0)
        {
            return found.Max(static one => one.Celsius);
        }

        throw BoxFault.Of(
            known.Length == 0
                ? "This box has no sensor of temperature that the system knows."
                : $"There is no sensor '{sensor}'; there are: {string.Join(", ", known.Select(one => one.Name))}.");
    }

    private IEnumerable<(string Name, double Celsius)> Sensors()
    {
        foreach (var zone in box.ListFolders("/sys/class/thermal").Where(
            static folder => Path.GetFileName(folder).StartsWith("thermal_zone", StringComparison.Ordinal)))
        {
            if (Thousandths($"{zone}/temp") is { } celsius)
            {
                yield return (box.Read($"{zone}/type").Trim(), celsius);
            }
        }

        foreach (var chip in box.ListFolders("/sys/class/hwmon"))
        {
            foreach (var file in box.ListFiles(chip).Where(static file =>
                Path.GetFileName(file) is ['t', 'e', 'm', 'p', ..] name
                && name.EndsWith("_input", StringComparison.Ordinal)))
            {
                if (Thousandths(file) is { } celsius)
                {
                    yield return (box.Read($"{chip}/name").Trim(), celsius);
                }
            }
        }
    }

    /// <summary>A sensor that is switched off cannot be read; the others can.</summary>
    private double? Thousandths(string file)
    {
        try
        {
            return Number(box.Read(file).Trim()) / 1000;
        }
        catch (ConnectorException)
        {
            return null;
        }
    }

    private string[] Fields(string file, Func<string, bool> isLine, string what)
    {
        var line = box.Read(file).Split('\n').FirstOrDefault(isLine)
            ?? throw BoxFault.Of($"This system does not tell it: '{file}' has no '{what}'.");
        return line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
    }

    /// <summary>A whole disk: partitions and what lies on other disks would count twice.</summary>
    private bool IsDisk(string device) =>
        !device.StartsWith("loop", StringComparison.Ordinal) && !device.StartsWith("ram", StringComparison.Ordinal)
        && !device.StartsWith("dm-", StringComparison.Ordinal) && !device.StartsWith("md", StringComparison.Ordinal)
        && box.ListFolders("/sys/block").Any(folder => Same(Path.GetFileName(folder), device));

    private static double Number(string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw BoxFault.Of($"This system tells '{text}' where a number was expected.");

    private static bool Same(string one, string other) => string.Equals(one, other, StringComparison.Ordinal);

    private static ConnectorException NotThere(string kind, string name, string file) =>
        BoxFault.Of($"There is no {kind} '{name}' in {file}.");
}
