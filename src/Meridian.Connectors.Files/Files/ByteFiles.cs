using Meridian.Connectors.Files.Parts;
using Meridian.Formats.Deliveries;
using Meridian.Sdk.Faults;
using Meridian.Sdk.Intakes;
using Meridian.Sdk.North;
using Microsoft.Extensions.Logging;

namespace Meridian.Connectors.Files.Files;

/// <summary>
/// Files carried as they are. One is written aside, made durable, and gets its name; which delivery gets which name is
/// durable before, so that one that comes again is known, also when somebody has fetched the file meanwhile.
/// </summary>
/// <remarks>
/// <code>
/// cursor durable → written aside → note: key and name → renamed → delivered
///      ▲                ▲              ▲                ▲
///      │ killed here: written again    │ written again  │ it comes again: nothing is aside, so the note is true
/// </code>
/// Only the last delivery can come again, since everything before it is durable first; so one note is enough.
/// </remarks>
internal sealed partial class ByteFiles
{
    private const int CopyBytes = 1 << 17;

    private readonly INorthContext _context;
    private readonly PartFolder _folder;
    private readonly FileNames _names;
    private readonly ILogger _logger;
    private readonly string _aside;
    private readonly DeliveryNote _note;

    public ByteFiles(INorthContext context, FilesNorthSettings settings, PartFolder folder, ILogger logger)
    {
        var pattern = new NamePattern(settings.Prefix);
        _context = context;
        _folder = folder;
        _logger = logger;
        _names = new FileNames(settings.FileName, pattern);

        // Hidden, so that nobody who collects files by any pattern meets half a file.
        _aside = Path.Combine(folder.Path, $".{pattern.PartStem}-file.part");
        _note = new DeliveryNote(Path.Combine(folder.Path, $".{pattern.PartStem}-file.note"));
    }

    /// <summary>Delivers a file.</summary>
    public async ValueTask<DeliveryOutcome> DeliverAsync(
        FileContent file, DeliveryPosition position, CancellationToken cancellationToken)
    {
        // What was delivered before this one never comes again from here on, or the note would have to know it.
        await _context.PersistDeliveryAsync(cancellationToken).ConfigureAwait(false);
        var key = await KeyOfAsync(file, position, cancellationToken).ConfigureAwait(false);
        try
        {
            if (_note.Read() is { } known && string.Equals(known.Key, key, StringComparison.Ordinal)
                && !File.Exists(_aside))
            {
                LogKnown(known.Name);
                return DeliveryOutcome.Delivered;
            }

            await WriteAsideAsync(file, cancellationToken).ConfigureAwait(false);
            var name = FreeName(_names.Of(file.Name));
            _note.Write(new DeliveryNote.Entry(key, name));
            File.Move(_aside, Path.Combine(_folder.Path, name), overwrite: false);
            _folder.Sync();
            return DeliveryOutcome.Delivered;
        }
        catch (Exception fault) when (WriteFaults.IsOurs(fault))
        {
            throw WriteFaults.Of(fault, _folder.Path);
        }
    }

    private static async ValueTask<string> KeyOfAsync(
        FileContent file, DeliveryPosition position, CancellationToken cancellationToken)
    {
        try
        {
            return await FileKey.OfAsync(file, position, cancellationToken).ConfigureAwait(false);
        }
        catch (IOException fault)
        {
            throw OfSource(fault);
        }
    }

    private static ConnectorException OfSource(IOException fault) => new(
        Fault.Internal,
        $"What was to be written cannot be read: {fault.Message.TrimEnd('.')}. It is tried again.",
        fault);

    /// <summary>Copies the file; all of it is on the disk when this returns, and its name aside is durable.</summary>
    private async Task WriteAsideAsync(FileContent file, CancellationToken cancellationToken)
    {
        var copy = new FileStream(_aside, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        await using (copy.ConfigureAwait(false))
        {
            Stream source;
            try
            {
                source = await file.OpenRead(cancellationToken).ConfigureAwait(false);
            }
            catch (IOException fault)
            {
                throw OfSource(fault);
            }

            await using (source.ConfigureAwait(false))
            {
                var bytes = new byte[CopyBytes];
                while (await ReadAsync(source, bytes, cancellationToken).ConfigureAwait(false) is > 0 and var count)
                {
                    await copy.WriteAsync(bytes.AsMemory(0, count), cancellationToken).ConfigureAwait(false);
                }
            }

            RandomAccess.FlushToDisk(copy.SafeFileHandle);
        }

        _folder.Sync();
    }

    private static async ValueTask<int> ReadAsync(Stream source, byte[] bytes, CancellationToken cancellationToken)
    {
        try
        {
            return await source.ReadAsync(bytes, cancellationToken).ConfigureAwait(false);
        }
        catch (IOException fault)
        {
            throw OfSource(fault);
        }
    }

    private string FreeName(string name)
    {
        var free = name;
        for (var number = 2; Path.Exists(Path.Combine(_folder.Path, free)); number++)
        {
            free = FileNames.Numbered(name, number);
        }

        return free;
    }

    [LoggerMessage(
        EventIds.FileKnown,
        LogLevel.Information,
        "A file came again that was delivered as {File} before; it was not written twice.")]
    private partial void LogKnown(string file);
}
