namespace Meridian.Mqtt.Reconnect;

/// <summary>
/// Which server is next: those of the options in order and round again, and where a server sent the client. Pure.
/// </summary>
internal sealed class ServerList(MqttClientOptions options)
{
    private readonly MqttServer[] _servers = [options.Server, .. options.OtherServers];
    private int _index;
    private MqttServer? _detour;
    private bool _isRedirected;

    public int Count => _servers.Length;

    public MqttServer Current => _detour ?? _servers[_index];

    /// <summary>The current one cannot be had.</summary>
    public void MoveOn()
    {
        if (_detour is null)
        {
            _index = (_index + 1) % _servers.Length;
        }

        _detour = null;
        _isRedirected = false;
    }

    /// <summary>A connection was accepted: the next one may be redirected again.</summary>
    public void OnConnected() => _isRedirected = false;

    /// <summary>The current server names another one: for now, or for good.</summary>
    /// <returns>True when that is now the current one. One step only, or two servers could send a client to and fro.
    /// </returns>
    public bool TryFollow(MqttReasonCode? reason, string? reference)
    {
        if (!options.FollowServerReference || _isRedirected || reference is null
            || reason is not MqttReasonCode.UseAnotherServer and not MqttReasonCode.ServerMoved
            || Find(reference) is not { } server)
        {
            return false;
        }

        _isRedirected = true;
        if (reason == MqttReasonCode.ServerMoved)
        {
            _servers[_index] = server;
            _detour = null;
        }
        else
        {
            _detour = server;
        }

        return true;
    }

    /// <summary>
    /// The first of the references, parted by spaces, that is a server over the same transport: a name with or without
    /// a port (MQTT 5.0 §4.11), or an address of ours. A change of transport might give up encryption.
    /// </summary>
    private MqttServer? Find(string references)
    {
        var current = Current;
        foreach (var reference in references.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            var text = reference.Contains("://", StringComparison.Ordinal)
                ? reference
                : $"{MqttServerText.SchemeOf(current.Transport)}://{reference}{current.Path}";
            if (MqttServer.TryParse(text, out var server) && server.Transport == current.Transport)
            {
                return server;
            }
        }

        return null;
    }
}
