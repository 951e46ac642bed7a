using System.ComponentModel.DataAnnotations;
using Meridian.Sdk.Settings;

namespace Meridian.Connectors.Basic.Box;

/// <summary>The settings of one item: what is measured of the box.</summary>
public sealed record BoxItemSettings
{
    /// <summary>What is measured.</summary>
    [Required]
    public required BoxMetric Metric { get; init; }

    /// <summary>
    /// Which one, where there are several: the path of a file system for <c>diskFree</c> and its like, a device such as
    /// <c>sda</c> for <c>diskRead</c>, an interface such as <c>eth0</c>, a sensor such as <c>coretemp</c> or
    /// <c>cpu-thermal</c>, a service such as <c>ssh</c>.
    /// </summary>
    /// <value>
    /// The file system <c>/</c>; all devices; all interfaces but the loopback; the warmest sensor; a service must be
    /// named.
    /// </value>
    [VisibleWhen(
        nameof(Metric),
        BoxMetric.DiskFree,
        BoxMetric.DiskUsed,
        BoxMetric.DiskTotal,
        BoxMetric.DiskRead,
        BoxMetric.DiskWritten,
        BoxMetric.NetworkReceived,
        BoxMetric.NetworkSent,
        BoxMetric.NetworkErrors,
        BoxMetric.Temperature,
        BoxMetric.ServiceState)]
    public string? Of { get; init; }
}

/// <summary>What can be measured of the box.</summary>
public enum BoxMetric
{
    /// <summary>How busy all processors were since the last look, in percent of them all.</summary>
    Cpu,

    /// <summary>How many processes wanted a processor or the disk, averaged over a minute.</summary>
    Load,

    /// <summary>Memory that programs use, in bytes: total less available.</summary>
    MemoryUsed,

    /// <summary>Memory that programs can still have, in bytes.</summary>
    MemoryAvailable,

    /// <summary>All memory, in bytes.</summary>
    MemoryTotal,

    /// <summary>Memory that lies on disk, in bytes.</summary>
    SwapUsed,

    /// <summary>Room on a file system, in bytes, as a program without special rights has it.</summary>
    DiskFree,

    /// <summary>What is used on a file system, in bytes.</summary>
    DiskUsed,

    /// <summary>The size of a file system, in bytes.</summary>
    DiskTotal,

    /// <summary>Bytes read from disks in a second, since the last look.</summary>
    DiskRead,

    /// <summary>Bytes written to disks in a second, since the last look.</summary>
    DiskWritten,

    /// <summary>Bytes received in a second, since the last look.</summary>
    NetworkReceived,

    /// <summary>Bytes sent in a second, since the last look.</summary>
    NetworkSent,

    /// <summary>Packets with errors, both ways, since the box started.</summary>
    NetworkErrors,

    /// <summary>A temperature, in degrees Celsius.</summary>
    Temperature,

    /// <summary>For how long the box runs, in seconds.</summary>
    Uptime,

    /// <summary>Memory that the gateway itself uses, in bytes.</summary>
    GatewayMemory,

    /// <summary>How busy the gateway itself was since the last look, in percent of one processor.</summary>
    GatewayCpu,

    /// <summary>What a service of systemd does, as a word: <c>active</c>, <c>failed</c>, <c>inactive</c>.</summary>
    ServiceState,
}
