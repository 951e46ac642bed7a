using Meridian.Connectors.Files.Parts;
using Meridian.Sdk;
using Meridian.Sdk.Intakes;
using Meridian.Sdk.North;
using Microsoft.Extensions.Logging;

namespace Meridian.Connectors.Files.Files;

/// <summary>Writes readings into files of a folder, and files as they are.</summary>
internal sealed class FilesNorth : IHandlesValues, IHandlesFile, IDisposable
{
    private readonly INorthContext _context;
    private readonly ReadingFiles _readings;
    private readonly ByteFiles _files;

    public FilesNorth(INorthContext context, FilesNorthSettings settings)
    {
        _context = context;
        var logger = context.Loggers.CreateLogger<FilesNorth>();
        Retention? retention = null;
        _readings = new ReadingFiles(context, settings, logger)
        {
            OnCompletedAsync = _ =>
            {
                retention?.Apply(isForced: true);
                return ValueTask.CompletedTask;
            },
            OnTick = () => retention?.Apply(isForced: false),
        };
        _files = new ByteFiles(context, settings, _readings.Folder, logger);
        if (settings.Retention is { } rules)
        {
            retention = new Retention(_readings.Folder, rules, context.Time, logger);
        }
    }

    public async Task ConnectAsync(CancellationToken cancellationToken)
    {
        await _readings.ConnectAsync(cancellationToken).ConfigureAwait(false);
        _context.ReportConnected();
    }

    public ValueTask<DeliveryOutcome> HandleValuesAsync(ValuesBatch batch, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(batch);
        return _readings.AppendAsync(batch.Readings, cancellationToken);
    }

    public ValueTask<DeliveryOutcome> HandleFileAsync(
        FileContent file, DeliveryPosition position, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(file);
        ArgumentNullException.ThrowIfNull(position);
        return _files.DeliverAsync(file, position, cancellationToken);
    }

    public Task DisconnectAsync(CancellationToken cancellationToken) => _readings.DisconnectAsync();

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _readings.StopAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            Dispose();
        }
    }

    public Task<IReadOnlyList<Diagnostic>> TestConnectionAsync(CancellationToken cancellationToken)
    {
        try
        {
            return Task.FromResult(_readings.Folder.Probe(_context.Random, _context.Time));
        }
        catch (Exception fault) when (WriteFaults.IsOurs(fault))
        {
            throw WriteFaults.Of(fault, _readings.Folder.Path);
        }
    }

    public void Dispose() => _readings.Dispose();
}
