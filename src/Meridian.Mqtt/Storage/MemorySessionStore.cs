namespace Meridian.Mqtt.Storage;

/// <summary>
/// Keeps a session in memory: it outlives a client, so that the next client of the same Client Identifier goes on where
/// it ended, but not the process.
/// </summary>
/// <remarks>Any thread. One client at a time.</remarks>
/// <param name="maxBytes">How many bytes of topics, payloads and properties it holds.</param>
public sealed class MemorySessionStore(long maxBytes = MemorySessionStore.DefaultMaxBytes) : IMqttSessionStore
{
    /// <summary>64 MiB.</summary>
    public const long DefaultMaxBytes = 64L * 1024 * 1024;

    private readonly Lock _gate = new();
    private readonly SessionTable<MqttStoredPublication> _table = new();
    private string? _clientId;
    private bool _isOpen;
    private long _bytes;

    /// <inheritdoc/>
    public ValueTask<MqttStoredSession> OpenAsync(string clientId, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(clientId);
        lock (_gate)
        {
            if (_isOpen)
            {
                throw new InvalidOperationException("The session store is open already; give each client its own.");
            }

            if (_clientId is not null && !string.Equals(_clientId, clientId, StringComparison.Ordinal))
            {
                throw new MqttStoreException(
                    $"The session store belongs to the ClientId '{_clientId}', not to '{clientId}'.",
                    isTransient: false);
            }

            _clientId = clientId;
            _isOpen = true;
            var publications = _table.InOrder().Select(static entry => entry.Content with
            {
                PacketIdentifier = entry.PacketIdentifier,
                IsReleased = entry.IsReleased,
            });
            return ValueTask.FromResult(
                new MqttStoredSession([.. publications], [.. _table.Received], _table.LastKey));
        }
    }

    /// <inheritdoc/>
    public bool HasRoomFor(MqttStoredPublication publication)
    {
        ArgumentNullException.ThrowIfNull(publication);
        lock (_gate)
        {
            return _bytes + PublicationContent.Measure(publication) <= maxBytes;
        }
    }

    /// <inheritdoc/>
    public ValueTask AddAsync(MqttStoredPublication publication)
    {
        ArgumentNullException.ThrowIfNull(publication);
        lock (_gate)
        {
            DemandOpen();
            var bytes = PublicationContent.Measure(publication);
            if (_bytes + bytes > maxBytes)
            {
                throw new MqttStoreException($"The session store is full: it holds {_bytes} of {maxBytes} bytes.");
            }

            var message = publication.Message with { Payload = publication.Message.Payload.ToArray() };
            _table.Add(publication.Key, publication with { Message = message }, publication.PacketIdentifier);
            _bytes += bytes;
            return ValueTask.CompletedTask;
        }
    }

    /// <inheritdoc/>
    public void Note(MqttSessionChange change)
    {
        lock (_gate)
        {
            DemandOpen();
            foreach (var ended in _table.Apply(change))
            {
                _bytes -= PublicationContent.Measure(ended);
            }
        }
    }

    /// <inheritdoc/>
    public ValueTask FlushAsync() => ValueTask.CompletedTask;

    /// <inheritdoc/>
    public ValueTask CloseAsync()
    {
        lock (_gate)
        {
            _isOpen = false;
        }

        return ValueTask.CompletedTask;
    }

    private void DemandOpen()
    {
        if (!_isOpen)
        {
            throw new InvalidOperationException("The session store is not open.");
        }
    }
}
