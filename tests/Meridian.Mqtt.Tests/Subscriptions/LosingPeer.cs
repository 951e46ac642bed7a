using Meridian.Mqtt.Tests.Connection;

namespace Meridian.Mqtt.Tests.Subscriptions;

/// <summary>A server whose connection to a client is lost again and again.</summary>
internal sealed class LosingPeer(ScriptedPeer peer, MqttClient client) : IAsyncDisposable
{
    private PeerConnection? _connection;

    /// <summary>The living connection.</summary>
    public PeerConnection Now => _connection ?? throw new InvalidOperationException("Connect first.");

    public async Task<PeerConnection> ConnectAsync(string connAck = StreamPeer.ConnAck) =>
        _connection = await peer.ConnectAsync(client, connAck);

    /// <summary>The connection is lost and the client comes back.</summary>
    public async Task<PeerConnection> LoseAsync(string connAck)
    {
        await Now.DisposeAsync();
        return _connection = await peer.ReturnAsync(connAck);
    }

    /// <summary>Ends when the client has read all that was sent before.</summary>
    public async Task RoundTripAsync()
    {
        var publishing = client.PublishAsync("x", default, MqttQos.AtLeastOnce).AsTask();
        var packet = await Now.ReadAsync();
        Assert.StartsWith("32", packet, StringComparison.Ordinal);
        await Now.SendAsync("4002" + packet[10..14]);
        await publishing.WaitAsync(ScriptedPeer.Deadline);
    }

    public ValueTask DisposeAsync() => _connection?.DisposeAsync() ?? default;
}
