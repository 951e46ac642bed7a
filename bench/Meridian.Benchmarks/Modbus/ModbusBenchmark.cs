using System.Globalization;
using Meridian.Benchmarks.Carriers;
using Meridian.Connectors.Modbus.Values;
using Meridian.Fixtures;

namespace Meridian.Benchmarks.Modbus;

/// <summary>How many readings the Modbus South gets from a device in another process, and what they cost.</summary>
internal static class ModbusBenchmark
{
    private static readonly (string Name, ModbusType Type, int Pipelining)[] Works =
    [
        ("uint16, 1 on its way", ModbusType.Uint16, 1),
        ("uint16, 8 on their way", ModbusType.Uint16, 8),
        ("float32, 8 on their way", ModbusType.Float32, 8),
    ];

    /// <summary>Runs it, and keeps the result of a whole run.</summary>
    public static async Task RunAsync(ModbusBenchmarkOptions options, CancellationToken cancellationToken)
    {
        var lines = new List<string>();
        void Tell(string line)
        {
            lines.Add(line);
            Console.WriteLine(line);
        }

        foreach (var line in Machine.Describe())
        {
            Tell(line);
        }

        Tell($"load       {await File.ReadAllTextAsync("/proc/loadavg", cancellationToken)}".TrimEnd());
        Tell(string.Empty);
        Tell($"10,000 items in requests of 125 registers, {options.Seconds} s each; the device is another process");
        Tell($"{ModbusTrial.Header}  device CPU s/million");
        foreach (var (name, type, pipelining) in Works.Where(
            work => options.Only is null || work.Name.Contains(options.Only, StringComparison.Ordinal)))
        {
            cancellationToken.ThrowIfCancellationRequested();
            Tell($"{name,-27} {await RunElsewhereAsync(type, pipelining, options.Seconds)}");
        }

        if (options.Only is null)
        {
            var folder = Directory.CreateDirectory(Path.Combine(RepositoryRoot.Path, "bench", "results")).FullName;
            var time = TimeProvider.System.GetUtcNow().ToString("yyyyMMdd'T'HHmm'Z'", CultureInfo.InvariantCulture);
            await File.WriteAllLinesAsync(Path.Combine(folder, $"modbus-{time}.txt"), lines, CancellationToken.None);
        }
    }

    private static async Task<string> RunElsewhereAsync(ModbusType type, int pipelining, int seconds)
    {
        var self = typeof(ModbusBenchmark).Assembly.Location;
        await using var device = ChildProcess.Start("dotnet", [self, "modbus-device"]);
        var port = await device.WaitForLineAsync(
            static line => int.TryParse(line, CultureInfo.InvariantCulture, out _), "the device's port");
        string[] numbers =
            [.. new[] { pipelining, seconds }.Select(static one => one.ToString(CultureInfo.InvariantCulture))];
        var said = await ChildProcess.RunAsync("dotnet", [self, "modbus-read", port, type.ToString(), .. numbers]);
        var perSecond = double.Parse(said[^1].AsSpan(0, 11), CultureInfo.InvariantCulture);

        // The device's warm-up is in its processor time, the reader's is not in the rate: the figure is an upper bound.
        var cost = device.Figures.CpuSeconds / (perSecond * seconds) * 1e6;
        return string.Create(CultureInfo.InvariantCulture, $"{said[^1]} {cost,21:F2}");
    }
}
