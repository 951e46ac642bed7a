using System.Globalization;

namespace Meridian.EndToEnd.Tests.Flows;

/// <summary>
/// What the source broker says in its own log about the messages under way to the gateway's South: which it sent, which
/// were acknowledged, which it sent again.
/// </summary>
/// <remarks>
/// The window is taken from the log and not from the broker's setting: after a reconnect with a queue behind it
/// mosquitto 2.0.11 has far more under way than max_inflight_messages allows (eclipse-mosquitto/mosquitto#1822), up to
/// 15,000 where 1,000 were set.
/// </remarks>
internal sealed class InFlightLog
{
    private const string Published = $"Sending PUBLISH to {FlowConfiguration.SouthClientId} (d";
    private const string Acknowledged = $"Received PUBACK from {FlowConfiguration.SouthClientId} (Mid: ";
    private const string Connected = $"Sending CONNACK to {FlowConfiguration.SouthClientId} (";

    private readonly Lock _lock = new();
    private readonly HashSet<int> _underWay = [];
    private long _duplicates;
    private long _owed;

    /// <summary>How many messages were sent with DUP.</summary>
    public long Duplicates
    {
        get
        {
            lock (_lock)
            {
                return _duplicates;
            }
        }
    }

    /// <summary>
    /// How many messages were sent and not acknowledged when a connection began, summed over all connections: what the
    /// specification makes the broker send again [MQTT-4.4.0-1], and the most that may come twice.
    /// </summary>
    public long Owed
    {
        get
        {
            lock (_lock)
            {
                return _owed;
            }
        }
    }

    public void OnLine(string line)
    {
        lock (_lock)
        {
            if (NumberAfter(line, Acknowledged) is { } acknowledged)
            {
                _underWay.Remove(acknowledged);
            }
            else if (NumberAfter(line, Published) is { } duplicate)
            {
                _duplicates += duplicate;
                _underWay.Add(NumberAfter(line, ", m") ?? throw new FormatException($"No identifier in '{line}'."));
            }
            else if (line.Contains(Connected, StringComparison.Ordinal))
            {
                _owed += _underWay.Count;
            }
        }
    }

    private static int? NumberAfter(string line, string mark)
    {
        var start = line.IndexOf(mark, StringComparison.Ordinal);
        if (start < 0)
        {
            return null;
        }

        var digits = line.AsSpan(start + mark.Length);
        var end = digits.IndexOfAnyExceptInRange('0', '9');
        return int.Parse(end < 0 ? digits : digits[..end], NumberStyles.None, CultureInfo.InvariantCulture);
    }
}
