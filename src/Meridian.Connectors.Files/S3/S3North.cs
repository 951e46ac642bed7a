using System.Security.Cryptography;
using Meridian.Connectors.Files.Parts;
using Meridian.Formats.Deliveries;
using Meridian.Sdk;
using Meridian.Sdk.Faults;
using Meridian.Sdk.Intakes;
using Meridian.Sdk.North;
using Microsoft.Extensions.Logging;

namespace Meridian.Connectors.Files.S3;

/// <summary>
/// Stores readings as files in a bucket, and files as they are. Readings gather in a part in a folder; when its file is
/// complete it is stored, and nothing more is taken until it is (docs/decisions/0026-files-to-s3.md).
/// </summary>
internal sealed partial class S3North : IHandlesValues, IHandlesFile, IDisposable
{
    private readonly INorthContext _context;
    private readonly S3NorthSettings _settings;
    private readonly ObjectKeys _keys;
    private readonly FileNames _names;
    private readonly ReadingFiles _readings;
    private readonly ILogger _logger;

    // What was begun, so that an object which a store shows though its upload was cut short is known to be ours.
    private readonly DeliveryNote _readingsNote;
    private readonly DeliveryNote _fileNote;
    private S3Client? _client;
    private bool _wasConnected;

    public S3North(INorthContext context, S3NorthSettings settings)
    {
        _context = context;
        _settings = settings;
        _logger = context.Loggers.CreateLogger<S3North>();
        _keys = new ObjectKeys(settings);
        var pattern = new NamePattern(settings.Prefix);
        _names = new FileNames("{name}", pattern);
        _readings = new ReadingFiles(context, settings, _logger) { OnCompletedAsync = StoreCompletedAsync };
        _readingsNote = new DeliveryNote(Path.Combine(_readings.Folder.Path, $".{pattern.PartStem}-s3.note"));
        _fileNote = new DeliveryNote(Path.Combine(_readings.Folder.Path, $".{pattern.PartStem}-s3-file.note"));
    }

    public async Task ConnectAsync(CancellationToken cancellationToken)
    {
        _client = new S3Client(_settings);
        await _client.LookAsync(_keys.ReadingsPrefix, cancellationToken).ConfigureAwait(false);
        await _readings.ConnectAsync(cancellationToken).ConfigureAwait(false);
        _wasConnected = true;
        _context.ReportConnected();
    }

    public ValueTask<DeliveryOutcome> HandleValuesAsync(ValuesBatch batch, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(batch);
        return _readings.AppendAsync(batch.Readings, cancellationToken);
    }

    public async ValueTask<DeliveryOutcome> HandleFileAsync(
        FileContent file, DeliveryPosition position, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(file);
        ArgumentNullException.ThrowIfNull(position);

        try
        {
            var identity = await FileKey.OfAsync(file, position, cancellationToken).ConfigureAwait(false);
            if (await FindPlaceAsync(file, identity, cancellationToken).ConfigureAwait(false) is { } key)
            {
                _fileNote.Write(new DeliveryNote.Entry(identity, key));
                var content = await file.OpenRead(cancellationToken).ConfigureAwait(false);
                await using (content.ConfigureAwait(false))
                {
                    await StoreWholeAsync(key, identity, content, file.LengthBytes, cancellationToken)
                        .ConfigureAwait(false);
                }
            }

            return DeliveryOutcome.Delivered;
        }
        catch (IOException fault)
        {
            throw S3Faults.OfSource(fault);
        }
    }

    public async Task DisconnectAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _readings.DisconnectAsync().ConfigureAwait(false);
        }
        finally
        {
            _client?.Dispose();
            _client = null;
        }
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (_wasConnected)
            {
                _client ??= new S3Client(_settings);
                await _readings.StopAsync(cancellationToken).ConfigureAwait(false);
            }
        }
        catch (ConnectorException fault)
        {
            LogFilesWait(_settings.Directory, fault.Message);
        }
        finally
        {
            _wasConnected = false;
            Dispose();
        }
    }

    public async Task<IReadOnlyList<Diagnostic>> TestConnectionAsync(CancellationToken cancellationToken)
    {
        using var client = new S3Client(_settings);
        var began = _context.Time.GetTimestamp();
        await client.LookAsync(_keys.ReadingsPrefix, cancellationToken).ConfigureAwait(false);
        var took = _context.Time.GetElapsedTime(began);
        await client.TryRightAsync(_keys.ReadingsPrefix, cancellationToken).ConfigureAwait(false);
        try
        {
            return
            [
                new Diagnostic("Store", S3Faults.NameOf(_settings)),
                new Diagnostic("Bucket", _settings.Bucket),
                new Diagnostic("Rights for readings", Right(_keys.ReadingsPrefix)),
                new Diagnostic("Rights for files", await RightForFilesAsync(client, cancellationToken)
                    .ConfigureAwait(false)),
                new Diagnostic("Answer within", $"{took.TotalMilliseconds:0} ms"),
                .. _readings.Folder.Probe(_context.Random, _context.Time),
            ];
        }
        catch (Exception fault) when (WriteFaults.IsOurs(fault))
        {
            throw WriteFaults.Of(fault, _readings.Folder.Path);
        }
    }

    private static string Right(string prefix) => prefix.Length == 0
        ? "the key may read, list and store"
        : $"the key may read, list and store below '{prefix}'";

    /// <summary>Not all Norths are given files: that they cannot be stored is told, and no fault of the test.</summary>
    private async Task<string> RightForFilesAsync(S3Client client, CancellationToken cancellationToken)
    {
        try
        {
            await client.LookAsync(_settings.FileKeyPrefix, cancellationToken).ConfigureAwait(false);
            await client.TryRightAsync(_settings.FileKeyPrefix, cancellationToken).ConfigureAwait(false);
            return Right(_settings.FileKeyPrefix);
        }
        catch (ConnectorException refused) when (refused.Fault == Fault.Unauthorized)
        {
            return $"none below '{_settings.FileKeyPrefix}': {refused.Message}";
        }
    }

    public void Dispose()
    {
        _client?.Dispose();
        _readings.Dispose();
    }

    private S3Client Client => _client
        ?? throw new ConnectorException(Fault.Internal, $"'{_context.Name}' is not connected; connect comes first.");

    /// <summary>Stores every complete file of the folder, the oldest first, and removes it.</summary>
    private async ValueTask StoreCompletedAsync(CancellationToken cancellationToken)
    {
        foreach (var file in _readings.Folder.Completed()
            .OrderBy(name => name.Number).ThenBy(name => name.FileName, StringComparer.Ordinal))
        {
            var content = new FileStream(
                _readings.Folder.PathOf(file), FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
            await using (content.ConfigureAwait(false))
            {
                await StoreAsync(_keys.Of(file), content, cancellationToken).ConfigureAwait(false);
            }

            _readings.Folder.Remove([file]);
        }
    }

    /// <summary>Stores a file of readings under its key, unless it is there from a try whose answer was lost.</summary>
    private async Task StoreAsync(string key, FileStream content, CancellationToken cancellationToken)
    {
        var hash = await SHA256.HashDataAsync(content, cancellationToken).ConfigureAwait(false);
        var identity = Convert.ToHexStringLower(hash);
        var found = await Client.FindAsync(key, cancellationToken).ConfigureAwait(false);
        if (IsWhole(found, identity, content.Length))
        {
            return;
        }

        if (found is not null && _readingsNote.Read() != new DeliveryNote.Entry(identity, key))
        {
            await Client.LookAsync(_keys.ReadingsPrefix, cancellationToken).ConfigureAwait(false);
            throw S3Faults.Taken(key, _settings.Bucket);
        }

        _readingsNote.Write(new DeliveryNote.Entry(identity, key));
        content.Position = 0;
        await StoreWholeAsync(key, identity, content, content.Length, cancellationToken).ConfigureAwait(false);
        LogUploaded(key, content.Length);
    }

    /// <summary>
    /// Stores an object and sees that it is there: a server that answers 200 to whatever it is sent has stored nothing,
    /// and what it is believed to have leaves the disk.
    /// </summary>
    private async Task StoreWholeAsync(
        string key, string identity, Stream content, long? length, CancellationToken cancellationToken)
    {
        var tag = await Client.StoreAsync(key, identity, content, cancellationToken).ConfigureAwait(false);
        var found = await Client.FindAsync(key, cancellationToken).ConfigureAwait(false);
        if (!IsWhole(found, identity, length) && !IsSame(found, tag, length))
        {
            throw S3Faults.NotStored(key, found, _settings);
        }
    }

    /// <summary>
    /// A store that keeps no metadata has an object without our identity; that it is what was stored says its tag.
    /// </summary>
    private static bool IsSame(StoredObject? found, string? tag, long? length) =>
        found is { Identity: null } && tag is { Length: > 0 }
        && string.Equals(found.Tag, tag, StringComparison.Ordinal)
        && (length is null || found.Length == length);

    /// <summary>
    /// Where a file goes: the key that was begun for it, or the first that is free. Null when it is there.
    /// </summary>
    private async Task<string?> FindPlaceAsync(FileContent file, string identity, CancellationToken cancellationToken)
    {
        var begun = _fileNote.Read() is { } note && string.Equals(note.Key, identity, StringComparison.Ordinal)
            ? note.Name
            : null;
        var name = _names.Of(file.Name);
        var key = _keys.OfFile(name);
        for (var number = 2; ; number++)
        {
            var found = await Client.FindAsync(key, cancellationToken).ConfigureAwait(false);
            if (IsWhole(found, identity, file.LengthBytes))
            {
                return null;
            }

            if (found is null || string.Equals(key, begun, StringComparison.Ordinal))
            {
                return key;
            }

            if (number == 2)
            {
                // Who has this name may have every name.
                await Client.LookAsync(_settings.FileKeyPrefix, cancellationToken).ConfigureAwait(false);
            }

            key = _keys.OfFile(FileNames.Numbered(name, number));
        }
    }

    private static bool IsWhole(StoredObject? found, string identity, long? length) =>
        found is not null && string.Equals(found.Identity, identity, StringComparison.Ordinal)
        && (length is null || found.Length == length);

    [LoggerMessage(EventIds.FileUploaded, LogLevel.Debug, "The object {Key} is stored with {Length} bytes.")]
    private partial void LogUploaded(string key, long length);

    [LoggerMessage(
        EventIds.FilesWait,
        LogLevel.Warning,
        "Files of readings wait in {Directory} and are stored at the next start: {Reason}")]
    private partial void LogFilesWait(string directory, string reason);
}
