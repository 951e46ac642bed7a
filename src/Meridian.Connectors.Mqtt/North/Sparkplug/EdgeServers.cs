using Meridian.Mqtt;

namespace Meridian.Connectors.Mqtt.North.Sparkplug;

/// <summary>
/// The servers of an edge node in the order to try them: past one at which its primary host is not
/// [tck-id-operational-behavior-primary-application-state-with-multiple-servers-walk]. One caller at a time.
/// </summary>
internal sealed class EdgeServers
{
    private MqttServer[] _all = [];
    private int _first;

    public bool HasSeveral => _all.Length > 1;

    /// <summary>Options whose servers begin with the one to try first.</summary>
    public MqttClientOptions FromHereOn(MqttClientOptions options)
    {
        _all = [options.Server, .. options.OtherServers];
        return options with
        {
            Server = _all[_first],
            OtherServers = [.. _all[(_first + 1)..], .. _all[.._first]],
        };
    }

    /// <summary>The next connect begins behind a server.</summary>
    public void MovePast(MqttServer server)
    {
        var at = Array.IndexOf(_all, server);
        _first = ((at < 0 ? _first : at) + 1) % _all.Length; // A server may have referred to one that is not listed.
    }
}
