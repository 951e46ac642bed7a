using System.Diagnostics;
using System.Globalization;
using Meridian.Connectors.Modbus;
using Meridian.Connectors.Modbus.South;
using Meridian.Connectors.Modbus.Values;
using Meridian.Sdk;
using Meridian.Sdk.South;

namespace Meridian.Benchmarks.Modbus;

/// <summary>
/// The real connector asks a device again and again, in a process of its own, so that processor time and allocations
/// are its and the runtime's alone.
/// </summary>
internal static class ModbusTrial
{
    public const string Header =
        "                             readings/s  requests/s  CPU s/million  bytes/reading  queries/s  peak MB";

    private const int ItemCount = 10_000;
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(2);

    private static TimeProvider Time => TimeProvider.System;

    /// <summary>Measures in this process.</summary>
    /// <param name="port">The device's port.</param>
    /// <param name="type">What the items are.</param>
    /// <param name="pipelining">How many requests are on their way.</param>
    /// <param name="seconds">How long.</param>
    public static async Task<string> RunHereAsync(int port, ModbusType type, int pipelining, int seconds)
    {
        var context = new CountingContext();
        var settings = new ModbusSouthSettings { Host = "127.0.0.1", Port = port, Pipelining = pipelining };
        var south = (IQueriesLastPoint)((SouthManifest)ModbusConnectors.Manifests[0]).Create(context, settings);
        var items = Items(type);
        await south.ConnectAsync(CancellationToken.None);
        await ReadAsync(south, items, WarmUp);

        using var self = Process.GetCurrentProcess();
        var (started, cpu, bytes) = (Time.GetTimestamp(), self.TotalProcessorTime, GC.GetTotalAllocatedBytes(true));
        var count = await ReadAsync(south, items, TimeSpan.FromSeconds(seconds));
        self.Refresh();
        var elapsed = Time.GetElapsedTime(started).TotalSeconds;
        bytes = GC.GetTotalAllocatedBytes(true) - bytes;
        cpu = self.TotalProcessorTime - cpu;
        await south.DisconnectAsync(CancellationToken.None);
        await south.StopAsync(CancellationToken.None);
        if (context.Problems > 0)
        {
            throw new InvalidOperationException($"{context.Problems} problems were told.");
        }

        var registers = RegisterFormat.CountOf(type, 0);
        var requests = count / (125 / registers);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{count / elapsed,11:F0} {requests / elapsed,11:F0} {cpu.TotalSeconds / count * 1e6,14:F2} "
            + $"{(double)bytes / count,14:F3} {count / elapsed / ItemCount,10:F1} {self.PeakWorkingSet64 / 1e6,8:F0}");
    }

    private static async Task<long> ReadAsync(IQueriesLastPoint south, IReadOnlyList<Item> items, TimeSpan span)
    {
        var (started, count) = (Time.GetTimestamp(), 0L);
        while (Time.GetElapsedTime(started) < span)
        {
            var content = await south.QueryLastPointAsync(items, CancellationToken.None);
            foreach (ref readonly var reading in content.Readings.Span)
            {
                count += reading.Quality.IsGood ? 1 : throw new InvalidOperationException($"{reading} is not good.");
            }
        }

        return count;
    }

    private static List<Item> Items(ModbusType type)
    {
        var width = RegisterFormat.CountOf(type, 0);
        return
        [
            .. Enumerable.Range(0, ItemCount).Select(index => new Item(
                string.Create(CultureInfo.InvariantCulture, $"line-{index / 100}/point-{index % 100}"),
                new ModbusItemSettings
                {
                    Kind = ModbusKind.HoldingRegister, Address = index * width, Type = type,
                })),
        ];
    }
}
