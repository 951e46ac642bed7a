using Meridian.Mqtt.Storage;

namespace Meridian.Mqtt.Tests.Storage;

/// <summary>A store in memory whose disk is slow, or refuses, as the test says.</summary>
internal sealed class GatedStore : IMqttSessionStore
{
    private readonly MemorySessionStore _memory = new();

    public TaskCompletionSource? Flushing { get; set; }

    public bool RefusesAdds { get; set; }

    public ValueTask<MqttStoredSession> OpenAsync(string clientId, CancellationToken cancellationToken = default) =>
        _memory.OpenAsync(clientId, cancellationToken);

    public bool HasRoomFor(MqttStoredPublication publication) => _memory.HasRoomFor(publication);

    public ValueTask AddAsync(MqttStoredPublication publication) => RefusesAdds
        ? throw new MqttStoreException("The disk is broken.")
        : _memory.AddAsync(publication);

    public void Note(MqttSessionChange change) => _memory.Note(change);

    public ValueTask FlushAsync() => Flushing is { } flushing ? new ValueTask(flushing.Task) : default;

    public ValueTask CloseAsync() => _memory.CloseAsync();
}
