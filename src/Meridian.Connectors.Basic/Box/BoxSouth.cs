using Meridian.Sdk;
using Meridian.Sdk.Faults;
using Meridian.Sdk.Intakes;
using Meridian.Sdk.Readings;
using Meridian.Sdk.South;

namespace Meridian.Connectors.Basic.Box;

/// <summary>Measures the box that the gateway runs on.</summary>
internal sealed class BoxSouth(ISouthContext context, IBox box) : IQueriesLastPoint
{
    private const double Percent = 100;

    private readonly BoxFigures _figures = new(box);
    private readonly RateOf _rates = new(context.Time);
    private Reading[] _readings = [];
    private ConnectorException? _silence;

    /// <summary>What is measured between two looks begins here, so that the first look has a figure.</summary>
    public Task ConnectAsync(CancellationToken cancellationToken)
    {
        _rates.Clear();
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async ValueTask<ReadingsContent> QueryLastPointAsync(
        IReadOnlyList<Item> items, CancellationToken cancellationToken)
    {
        if (_readings.Length < items.Count)
        {
            _readings = new Reading[items.Count];
        }

        // Who did not answer once is not waited for again in this look: the others' figures would come late.
        _silence = null;
        for (var i = 0; i < items.Count; i++)
        {
            _readings[i] = await MeasureAsync(items[i], cancellationToken).ConfigureAwait(false);
        }

        return new ReadingsContent(_readings.AsMemory(0, items.Count));
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<Diagnostic>> TestConnectionAsync(CancellationToken cancellationToken)
    {
        List<Diagnostic> facts =
        [
            new("Box", Environment.MachineName),
            new("System", System.Runtime.InteropServices.RuntimeInformation.OSDescription),
            new("Processors", Environment.ProcessorCount.ToString(System.Globalization.CultureInfo.InvariantCulture)),
        ];
        return Task.FromResult<IReadOnlyList<Diagnostic>>(facts);
    }

    private async ValueTask<Reading> MeasureAsync(Item item, CancellationToken cancellationToken)
    {
        var now = context.Time.GetUtcNow();
        try
        {
            var value = await ValueOfAsync(item, cancellationToken).ConfigureAwait(false);
            context.ReportItem(item.Name, null);
            return new Reading(
                item.Name, now, value ?? ReadingValue.Null, value is null ? Quality.Uncertain : Quality.Good);
        }
        catch (ConnectorException problem)
        {
            context.ReportItem(item.Name, problem.Message);
            return new Reading(item.Name, now, ReadingValue.Null, Quality.Bad);
        }
    }

    /// <returns>The value; null where it is measured between two looks and this is the first.</returns>
    private async ValueTask<ReadingValue?> ValueOfAsync(Item item, CancellationToken cancellationToken)
    {
        var settings = (BoxItemSettings)item.Settings;
        return settings.Metric switch
        {
            BoxMetric.Cpu => BusyOf(item.Name),
            BoxMetric.Load => ReadingValue.From(_figures.Load()),
            BoxMetric.MemoryTotal => ReadingValue.From(_figures.Memory("MemTotal")),
            BoxMetric.MemoryAvailable => ReadingValue.From(_figures.Memory("MemAvailable")),
            BoxMetric.MemoryUsed => ReadingValue.From(_figures.Memory("MemTotal") - _figures.Memory("MemAvailable")),
            BoxMetric.SwapUsed => ReadingValue.From(_figures.Memory("SwapTotal") - _figures.Memory("SwapFree")),
            BoxMetric.DiskFree => ReadingValue.From(box.MeasureDisk(settings.Of ?? "/").AvailableBytes),
            BoxMetric.DiskTotal => ReadingValue.From(box.MeasureDisk(settings.Of ?? "/").TotalBytes),
            BoxMetric.DiskUsed => UsedOf(box.MeasureDisk(settings.Of ?? "/")),
            BoxMetric.DiskRead => _rates.PerSecond(item.Name, _figures.Disk(settings.Of).Read),
            BoxMetric.DiskWritten => _rates.PerSecond(item.Name, _figures.Disk(settings.Of).Written),
            BoxMetric.NetworkReceived => _rates.PerSecond(item.Name, _figures.Network(settings.Of).Received),
            BoxMetric.NetworkSent => _rates.PerSecond(item.Name, _figures.Network(settings.Of).Sent),
            BoxMetric.NetworkErrors => ReadingValue.From((long)_figures.Network(settings.Of).Errors),
            BoxMetric.Temperature => ReadingValue.From(_figures.Temperature(settings.Of)),
            BoxMetric.Uptime => ReadingValue.From(_figures.Uptime()),
            BoxMetric.GatewayMemory => ReadingValue.From(box.MeasureSelf().MemoryBytes),
            BoxMetric.GatewayCpu => _rates.PerSecond(item.Name, box.MeasureSelf().Cpu.TotalSeconds * Percent),
            BoxMetric.ServiceState => ReadingValue.From(
                await StateOfAsync(settings.Of!, cancellationToken).ConfigureAwait(false)), // Checked.
            _ => throw BoxFault.Of($"There is no metric {settings.Metric}."),
        };
    }

    private async Task<string> StateOfAsync(string service, CancellationToken cancellationToken)
    {
        if (_silence is not null)
        {
            throw BoxFault.OfSilence($"'{service}' was not asked for: {_silence.Message}");
        }

        try
        {
            return await box.AskServiceAsync(service, cancellationToken).ConfigureAwait(false);
        }
        catch (ConnectorException silence) when (silence.Fault == Fault.Unreachable)
        {
            _silence = silence;
            throw;
        }
    }

    private static ReadingValue UsedOf((long TotalBytes, long FreeBytes, long AvailableBytes) disk) =>
        ReadingValue.From(disk.TotalBytes - disk.FreeBytes);

    private ReadingValue? BusyOf(string item)
    {
        var (busy, all) = _figures.Cpu();
        return _rates.Share(item, busy, all) is { } share ? ReadingValue.From(share * Percent) : null;
    }
}
