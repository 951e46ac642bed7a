using Meridian.Connectors.Basic.Box;
using Meridian.Sdk.Faults;

namespace Meridian.Connectors.Basic.Tests.Box;

/// <summary>A box of which every figure is known, now and ten seconds later.</summary>
internal sealed class FakeBox : IBox
{
    public bool IsLater { get; set; }

    public string Uptime { get; set; } = "3600.50";

    public string Read(string path) => path switch
    {
        "/proc/loadavg" => "0.42 0.40 0.38 1/200 4711\n",
        "/proc/uptime" => Uptime + " 7000.00\n",
        "/proc/stat" => IsLater
            ? "cpu  150 0 100 750 0 0 0 0 0 0\ncpu0 0 0\n"
            : "cpu  100 0 50 450 0 0 0 0 0 0\ncpu0 0 0\n",
        "/proc/meminfo" =>
            "MemTotal:  1000 kB\nMemFree:  300 kB\nMemAvailable:  400 kB\nSwapTotal:  200 kB\nSwapFree:  100 kB\n",
        "/proc/diskstats" => IsLater
            ? "8 0 sda 1 0 1000 5 1 0 2000 5 0 5 10\n8 1 sda1 1 0 999999 5 1 0 999999 5 0 5 10\n"
            : "8 0 sda 1 0 0 5 1 0 0 5 0 5 10\n8 1 sda1 1 0 0 5 1 0 0 5 0 5 10\n",
        "/proc/net/dev" => "Inter-|\n face |bytes\n" + (IsLater
            ? "lo: 9 9 9 9 0 0 0 0 9 9 9 9 0 0 0 0\neth0: 2000 1 2 0 0 0 0 0 1000 1 1 0 0 0 0 0\n"
            + "eth1: 2000 1 3 0 0 0 0 0 0 1 1 0 0 0 0 0\n"
            : "lo: 5 9 9 9 0 0 0 0 5 9 9 9 0 0 0 0\neth0: 1000 1 2 0 0 0 0 0 500 1 1 0 0 0 0 0\n"
            + "eth1: 0 1 3 0 0 0 0 0 0 1 1 0 0 0 0 0\n"),
        "/sys/class/thermal/thermal_zone0/temp" => "48000\n",
        "/sys/class/thermal/thermal_zone0/type" => "cpu-thermal\n",
        "/sys/class/hwmon/hwmon0/temp1_input" => "61500\n",
        "/sys/class/hwmon/hwmon0/name" => "coretemp\n",
        _ => throw BoxFault.Of($"'{path}' cannot be read."),
    };

    public IReadOnlyList<string> ListFolders(string path) => path switch
    {
        "/sys/block" => ["/sys/block/sda"],
        "/sys/class/thermal" => ["/sys/class/thermal/cooling_device0", "/sys/class/thermal/thermal_zone0"],
        "/sys/class/hwmon" => ["/sys/class/hwmon/hwmon0"],
        _ => [],
    };

    public IReadOnlyList<string> ListFiles(string path) =>
        [$"{path}/name", $"{path}/temp1_input", $"{path}/temp2_input", $"{path}/temp1_label"];

    public (long TotalBytes, long FreeBytes, long AvailableBytes) MeasureDisk(string path) => (1000, 400, 300);

    public (long MemoryBytes, TimeSpan Cpu) MeasureSelf() =>
        (4096, IsLater ? TimeSpan.FromSeconds(3) : TimeSpan.FromSeconds(1));

    public Task<string> AskServiceAsync(string name, CancellationToken cancellationToken) =>
        string.Equals(name, "ssh", StringComparison.Ordinal)
            ? Task.FromResult("active")
            : throw new ConnectorException(Fault.Misconfigured, $"systemd does not tell the state of '{name}'.");
}
