using Meridian.Mqtt.Storage;
using Meridian.Mqtt.Tests.Connection;

namespace Meridian.Mqtt.Tests.Storage;

/// <summary>A store of the application's own that throws what it should not leaves nobody waiting.</summary>
public sealed class UsersStoreTests
{
    [Fact]
    public async Task Add_ThatThrowsAnything_FailsTheCallAndNotThoseBehind()
    {
        await using var peer = new ScriptedPeer();
        var store = new BadStore { FailsAtAdd = true };
        await using var client = new MqttClient(peer.Options with { CleanSession = false, SessionStore = store });
        var connecting = client.ConnectAsync();
        await using var connection = await peer.AcceptAsync(isSessionPresent: false);
        await connecting;

        var error = await Assert.ThrowsAsync<MqttStoreException>(
            () => client.EnqueueAsync("a", default).WaitAsync(ScriptedPeer.Deadline));
        Assert.IsType<IOException>(error.InnerException);
        store.FailsAtAdd = false;
        await client.EnqueueAsync("b", default).WaitAsync(ScriptedPeer.Deadline);

        await connection.ExpectAsync("32050001620001");
    }

    [Fact]
    public async Task Open_ThatThrowsAnything_FailsAllWhoWaitForIt()
    {
        await using var peer = new ScriptedPeer();
        var store = new BadStore { FailsAtOpen = true };
        await using var client = new MqttClient(peer.Options with { CleanSession = false, SessionStore = store });

        var error = await Assert.ThrowsAsync<MqttStoreException>(
            () => client.EnqueueAsync("a", default).WaitAsync(ScriptedPeer.Deadline));
        Assert.IsType<IOException>(error.InnerException);
        await Assert.ThrowsAsync<MqttStoreException>(() => client.ConnectAsync());
        store.FailsAtOpen = false;

        await client.EnqueueAsync("b", default).WaitAsync(ScriptedPeer.Deadline);
    }

    private sealed class BadStore : IMqttSessionStore
    {
        private readonly MemorySessionStore _memory = new();

        public bool FailsAtOpen { get; set; }

        public bool FailsAtAdd { get; set; }

        public async ValueTask<MqttStoredSession> OpenAsync(
            string clientId, CancellationToken cancellationToken = default)
        {
            await Task.Yield();
            return FailsAtOpen
                ? throw new IOException("The disk is broken.")
                : await _memory.OpenAsync(clientId, cancellationToken);
        }

        public bool HasRoomFor(MqttStoredPublication publication) => _memory.HasRoomFor(publication);

        public async ValueTask AddAsync(MqttStoredPublication publication)
        {
            await Task.Yield();
            if (FailsAtAdd)
            {
                throw new IOException("The disk is broken.");
            }

            await _memory.AddAsync(publication);
        }

        public void Note(MqttSessionChange change) => _memory.Note(change);

        public ValueTask FlushAsync() => _memory.FlushAsync();

        public ValueTask CloseAsync() => _memory.CloseAsync();
    }
}
