using System.Diagnostics.CodeAnalysis;
using Meridian.Mqtt.Storage.Files;

namespace Meridian.Mqtt.Storage;

/// <summary>
/// Keeps a session in a directory, so that it survives <c>kill -9</c> and, as far as the disk keeps its word, a power
/// cut.
/// </summary>
/// <remarks>
/// An append-only log with a checksum on each record (docs/formats/mqtt-session.md). Changes gather while one fsync
/// runs and become durable together with the next. A torn end is cut, a damaged record is passed and counted; neither
/// prevents a start. A file that failed once, in writing or in flushing, is never written again.
/// One process at a time, one client at a time; any thread. The client opens the store and closes it.
/// </remarks>
public sealed class FileSessionStore : IMqttSessionStore, IAsyncDisposable
{
    private readonly IStoreFolder _folder;
    private readonly FileSessionStoreOptions _options;
    private readonly Guid _newId;
    private SessionWriter? _writer;

    /// <summary>Names the store; nothing is touched before a client opens it.</summary>
    /// <param name="directory">Its directory; made when it is missing. Nothing else may be in it.</param>
    /// <param name="options">Its bounds; null for the defaults.</param>
    /// <exception cref="ArgumentException">The directory is empty, or a bound is too small.</exception>
    [SuppressMessage(
        "ApiDesign", "RS0030:Do not use banned APIs", Justification = "It only tells one store from another.")]
    public FileSessionStore(string directory, FileSessionStoreOptions? options = null)
        : this(new FileStoreFolder(Demand(directory)), options ?? new FileSessionStoreOptions(), Guid.NewGuid())
    {
    }

    internal FileSessionStore(IStoreFolder folder, FileSessionStoreOptions options, Guid newId)
    {
        if (options.MaxBytes < FileSessionStoreOptions.LeastMaxBytes)
        {
            throw new ArgumentException(
                $"MaxBytes {options.MaxBytes} is below {FileSessionStoreOptions.LeastMaxBytes}.", nameof(options));
        }

        _folder = folder;
        _options = options;
        _newId = newId;
    }

    /// <summary>What the store holds and has met so far.</summary>
    public FileSessionStoreStatus Status => Volatile.Read(ref _writer)?.Status ?? default;

    private SessionWriter Writer =>
        Volatile.Read(ref _writer) ?? throw new InvalidOperationException("The session store is not open.");

    /// <inheritdoc/>
    /// <exception cref="MqttStoreLockedException">Another process holds it.</exception>
    public async ValueTask<MqttStoredSession> OpenAsync(string clientId, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(clientId);
        cancellationToken.ThrowIfCancellationRequested();
        if (Volatile.Read(ref _writer) is not null)
        {
            throw new InvalidOperationException("The session store is open already; give each client its own.");
        }

        // Reading may take a while; the caller's thread may be a user interface's.
        var (writer, session) = await Task.Run(() => Open(clientId), cancellationToken).ConfigureAwait(false);
        Volatile.Write(ref _writer, writer);
        return session;
    }

    /// <inheritdoc/>
    public bool HasRoomFor(MqttStoredPublication publication) => Writer.HasRoomFor(publication);

    /// <inheritdoc/>
    public ValueTask AddAsync(MqttStoredPublication publication) => Writer.AddAsync(publication);

    /// <inheritdoc/>
    public void Note(MqttSessionChange change) => Writer.Note(change);

    /// <inheritdoc/>
    public ValueTask FlushAsync() => Writer.FlushAsync();

    /// <inheritdoc/>
    public async ValueTask CloseAsync()
    {
        if (Interlocked.Exchange(ref _writer, null) is { } writer)
        {
            await writer.CloseAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Closes it, if a client left it open.</summary>
    public ValueTask DisposeAsync() => CloseAsync();

    [SuppressMessage(
        "Reliability", "CA2000:Dispose objects before losing scope", Justification = "The writer owns lock and log.")]
    private (SessionWriter Writer, MqttStoredSession Session) Open(string clientId)
    {
        IDisposable? held = null;
        try
        {
            held = _folder.Lock();
            var recovered = SessionRecovery.Read(_folder, clientId, _newId);
            var log = new SessionLog(_folder, _options, clientId, recovered);
            var writer = new SessionWriter(log, _options, held);
            held = null;
            return (writer, recovered.Session);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new MqttStoreException(
                $"The session store '{_folder.Name}' cannot be opened: {error.Message}", inner: error);
        }
        finally
        {
            held?.Dispose();
        }
    }

    private static string Demand(string directory)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(directory);
        return directory;
    }
}

/// <summary>The figures of a <see cref="FileSessionStore"/> at one moment.</summary>
/// <param name="Publications">How many publications are not acknowledged.</param>
/// <param name="LiveBytes">What they take, in bytes.</param>
/// <param name="FileBytes">What all segments take, in bytes.</param>
/// <param name="DamagedRecords">How many stretches of damaged records were passed when it was opened.</param>
/// <param name="TornBytes">How many bytes at the end were no whole record when it was opened: a write was cut.</param>
/// <param name="Fsyncs">How many flushes succeeded.</param>
/// <param name="FailedWrites">How many writes or flushes failed.</param>
[System.Runtime.InteropServices.StructLayout(System.Runtime.InteropServices.LayoutKind.Auto)]
public readonly record struct FileSessionStoreStatus(
    int Publications,
    long LiveBytes,
    long FileBytes,
    int DamagedRecords,
    long TornBytes,
    long Fsyncs,
    long FailedWrites);
