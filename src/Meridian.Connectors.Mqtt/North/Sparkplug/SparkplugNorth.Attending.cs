using System.Threading.Channels;
using Meridian.Connectors.Mqtt.Connection;
using Meridian.Formats.Sparkplug;
using Meridian.Mqtt;
using Meridian.Sdk.Faults;
using Meridian.Sdk.North;
using Microsoft.Extensions.Logging;

namespace Meridian.Connectors.Mqtt.North.Sparkplug;

/// <content>
/// What the edge node does unasked by the engine: births on request, and when its primary host comes; its death when
/// that goes.
/// </content>
internal sealed partial class SparkplugNorth
{
    /// <summary>How long the state of the host, which a server retains, may take to come where another server could be
    /// tried.</summary>
    private static readonly TimeSpan HostPatience = TimeSpan.FromSeconds(5);

    // Full means "there is something to look at": once is as good as often.
    private readonly Channel<bool> _calls = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    private PrimaryHost? _host;
    private MqttServer? _server;
    private CancellationTokenSource? _stopAttending;
    private Task _attending = Task.CompletedTask;

    // Written in turn, or while nothing attends.
    private bool _mustBear;
    private bool _hasBirths;
    private bool _isWaitTold;
    private volatile bool _isRebirthAsked;

    /// <inheritdoc/>
    public void OnMessage(in MqttMessage message)
    {
        if (_host is { } host && string.Equals(message.Topic, host.Topic, StringComparison.Ordinal))
        {
            if (host.Take(message.Payload))
            {
                _ = _calls.Writer.TryWrite(true);
            }
        }
        else if (SparkplugCodec.TryDecode(message.Payload, out var command, out _) && EdgeNode.IsRebirth(command))
        {
            _isRebirthAsked = true;
            _ = _calls.Writer.TryWrite(true);
        }
    }

    private void BeginHost()
    {
        _host = _settings.Sparkplug!.PrimaryHost is { Length: > 0 } id ? new PrimaryHost(id) : null; // Checked: it is.
        (_mustBear, _hasBirths, _isRebirthAsked) = (true, false, false);
    }

    /// <summary>
    /// Where there are several servers, one at which the primary host is not is left for the next; the only one is
    /// waited at.
    /// </summary>
    private async Task MeetHostAsync(MqttServer server, CancellationToken cancellationToken)
    {
        _server = server;
        if (_host is not { } host || !_servers.HasSeveral)
        {
            return;
        }

        try
        {
            await host.WhenOnline.WaitAsync(HostPatience, _context.Time, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException late)
        {
            _servers.MovePast(server);
            throw new ConnectorException(
                Fault.Unreachable,
                $"Primary host '{host.Id}' is not online at broker {server}; the next one is tried.",
                late);
        }
    }

    /// <summary>
    /// The outcome while the primary host is away; null where it is there, or none is set
    /// [tck-id-message-flow-edge-node-birth-publish-phid-wait]
    /// [tck-id-operational-behavior-edge-node-birth-sequence-wait].
    /// </summary>
    private DeliveryOutcome? WaitForHost()
    {
        if (_host is not { } host || !IsAway(host))
        {
            return null;
        }

        if (!_isWaitTold)
        {
            _isWaitTold = true;
            LogHostAway(_context.Name, host.Id, host.Topic);
        }

        return DeliveryOutcome.Retry(
            $"Primary host '{host.Id}' is not online ('{host.Topic}' at broker {Broker}); births and data wait for "
            + "it.");
    }

    /// <summary>Whether nobody is there, or somebody who came after the births and knows none of them.</summary>
    private bool IsAway(PrimaryHost host) => !host.IsOnline || (_hasBirths && host.HasGone);

    /// <summary>Waits a little, out of turn: what the host does meanwhile is attended to.</summary>
    private async Task AwaitHostAsync(CancellationToken cancellationToken)
    {
        if (_host is { IsOnline: false } host && !_isLost)
        {
            await host.WhenOnline.WaitAsync(HostWait, _context.Time, cancellationToken)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    private void StartAttending(MqttClient client)
    {
        _stopAttending = new CancellationTokenSource();
        _attending = AttendAsync(client, _stopAttending.Token);
    }

    /// <summary>Attends to what comes in until cancelled, also while no data flow.</summary>
    private async Task AttendAsync(MqttClient client, CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var _ in _calls.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
            {
                await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
                try
                {
                    await LookAsync(client, cancellationToken).ConfigureAwait(false);
                }
                finally
                {
                    _turn.Release();
                }
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return; // Asked to end.
        }
    }

    private async Task LookAsync(MqttClient client, CancellationToken cancellationToken)
    {
        if (_host is { } host && IsAway(host))
        {
            if (_hasBirths)
            {
                await LeaveAsync(client, host, cancellationToken).ConfigureAwait(false);
            }

            return;
        }

        if (_isWaitTold && _host is { } back)
        {
            _isWaitTold = false;
            LogHostBack(_context.Name, back.Id);
        }

        // The host came, or births are asked for; those of a batch in between may have been enough.
        if (!_mustBear && !_isRebirthAsked)
        {
            return;
        }

        await BearAsync(cancellationToken).ConfigureAwait(false);
        if (_publisher!.Failure is { } failure) // It is there since connect.
        {
            // The connection is lost; all are born anew.
            LogRebirthFailed(_context.Name, ConnectionWords.SentencesOf(failure, _settings));
        }
        else
        {
            LogRebirthObeyed(_context.Name);
        }
    }

    /// <summary>All births; at connect, when asked for, and when the primary host comes.</summary>
    private async Task BearAsync(CancellationToken cancellationToken)
    {
        _messages.Clear();
        _rejections.Clear();
        if (_mustBear)
        {
            BearWhereNeeded();
        }
        else
        {
            _node.BearAll(_context.Time.GetUtcNow(), _messages);
        }

        _isRebirthAsked = false;
        await PublishAsync(_publisher!, cancellationToken).ConfigureAwait(false); // It is there since connect.
    }

    /// <summary>The births of the session, where none were published or some may not have arrived.</summary>
    private void BearWhereNeeded()
    {
        if (_mustBear)
        {
            _node.BeginSession(_birthNumber, _context.Time.GetUtcNow(), _messages);
        }
    }

    /// <summary>What fails may have been a birth, so the next data begin with all of them.</summary>
    private async Task PublishAsync(EdgePublisher publisher, CancellationToken cancellationToken)
    {
        if (!_hasBirths)
        {
            _host?.BeginBirths();
        }

        (_mustBear, _hasBirths) = (true, true);
        await publisher.PublishAsync(_messages, cancellationToken).ConfigureAwait(false);
        _rejections.AddRange(publisher.Rejections);
        _rejections.Sort(static (one, other) => one.Index.CompareTo(other.Index));
        _mustBear = publisher.Failure is not null;
    }

    /// <summary>
    /// The primary host is gone: the edge node dies at once, and begins again with a connection
    /// [tck-id-message-flow-edge-node-birth-publish-phid-offline]
    /// [tck-id-operational-behavior-edge-node-termination-host-offline].
    /// </summary>
    private async Task LeaveAsync(MqttClient client, PrimaryHost host, CancellationToken cancellationToken)
    {
        _isLost = true;
        _ = WaitForHost(); // Says so.
        try
        {
            await SayDeathAsync(client, cancellationToken).ConfigureAwait(false);
            await client.DisconnectAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (MqttException error)
        {
            LogFarewellFailed(_context.Name, error.Message);
            await LeaveToTheWillAsync(client).ConfigureAwait(false);
        }

        if (_servers.HasSeveral && _server is { } server)
        {
            _servers.MovePast(server);
        }

        _context.ReportLost(new ConnectorException(
            Fault.Unreachable,
            $"Primary host '{host.Id}' went offline at broker {Broker}; births and data wait until it is back."));
    }

    /// <summary>
    /// A DISCONNECT without it leaves the edge node alive for everyone
    /// [tck-id-payloads-ndeath-will-message-publisher-disconnect-mqtt311].
    /// </summary>
    private async Task SayDeathAsync(MqttClient client, CancellationToken cancellationToken)
    {
        if (!_hasBirths || !client.IsConnected)
        {
            return;
        }

        var death = EdgeNode.DeathOf(_birthNumber, _context.Time.GetUtcNow());
        _ = await client
            .PublishAsync(_node.DeathTopic, death, MqttQos.AtLeastOnce, false, cancellationToken)
            .ConfigureAwait(false);
        _hasBirths = false;
    }

    /// <summary>The death was perhaps not told: a connection that ends without DISCONNECT has the Will tell it.
    /// </summary>
    private static async Task LeaveToTheWillAsync(MqttClient client)
    {
        try
        {
            await client.DisconnectAsync(new CancellationToken(canceled: true)).ConfigureAwait(false);
        }
        catch (Exception ended) when (ended is MqttException or OperationCanceledException)
        {
            return; // Cut, as it was to be.
        }
    }

    private async Task EndAttendingAsync()
    {
        if (_stopAttending is { } stop)
        {
            _stopAttending = null;
            await stop.CancelAsync().ConfigureAwait(false);
            await _attending.ConfigureAwait(false);
            stop.Dispose();
        }
    }

    [LoggerMessage(EventIds.RebirthObeyed, LogLevel.Debug, "North '{North}' published its births, as it was asked to.")]
    private partial void LogRebirthObeyed(string north);

    [LoggerMessage(EventIds.RebirthFailed, LogLevel.Debug, "North '{North}' could not publish its births: {Reason}")]
    private partial void LogRebirthFailed(string north, string reason);

    [LoggerMessage(
        EventIds.PrimaryHostAway,
        LogLevel.Information,
        "North '{North}' keeps its data: primary host '{Host}' is not online on '{Topic}'.")]
    private partial void LogHostAway(string north, string host, string topic);

    [LoggerMessage(
        EventIds.PrimaryHostBack, LogLevel.Information, "North '{North}' goes on: primary host '{Host}' is online.")]
    private partial void LogHostBack(string north, string host);
}
