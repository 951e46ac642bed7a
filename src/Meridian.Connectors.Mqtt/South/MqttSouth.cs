using System.Diagnostics.CodeAnalysis;
using Meridian.Connectors.Mqtt.Connection;
using Meridian.Connectors.Mqtt.South.ExactlyOnce;
using Meridian.Connectors.Mqtt.South.Gathering;
using Meridian.Mqtt;
using Meridian.Sdk;
using Meridian.Sdk.Faults;
using Meridian.Sdk.Intakes;
using Meridian.Sdk.South;
using Microsoft.Extensions.Logging;

namespace Meridian.Connectors.Mqtt.South;

/// <summary>
/// Subscribes to a broker. A message is acknowledged to the broker when the engine's receipt says that it is on disk.
/// </summary>
/// <remarks>
/// The client lives from the first connect to stop, over disconnects, so that the half of the session that is kept here
/// (QoS 2 identifiers) survives them.
/// </remarks>
[SuppressMessage(
    "Design",
    "CA1001:Types that own disposable fields should be disposable",
    Justification = "StopAsync disposes them.")]
internal sealed partial class MqttSouth : IQueriesSubscription, IWritesSetpoints
{
    /// <summary>How long an orderly disconnect waits for receipts, so that nothing need be sent again.</summary>
    private static readonly TimeSpan ReceiptPatience = TimeSpan.FromSeconds(2);

    private readonly ISouthContext _context;
    private readonly MqttSouthSettings _settings;
    private readonly ILogger _logger;
    private readonly GatheringBuffer _buffer;
    private readonly ReceivedOnce _once;
    private readonly SouthReceiver _receiver;
    private MqttClient? _client;
    private MqttConnectResult? _connected;
    private CancellationTokenSource? _stopIntake;
    private Task _intake = Task.CompletedTask;
    private Task _rebirths = Task.CompletedTask;

    public MqttSouth(ISouthContext context, MqttSouthSettings settings)
    {
        _context = context;
        _settings = settings;
        _logger = context.Loggers.CreateLogger<MqttSouth>();
        _buffer = new GatheringBuffer(settings.BufferMessages, settings.BufferSize.Bytes, Acknowledge);
        _once = new ReceivedOnce(context, SessionOf(settings, context.Name));
        _receiver = new SouthReceiver(context, settings, _buffer, _once, _logger)
        {
            Acknowledge = acknowledgement => _client?.Acknowledge(acknowledgement),
        };
    }

    private MqttClient Client => _client ?? throw NotConnected();

    /// <inheritdoc/>
    public async Task ConnectAsync(CancellationToken cancellationToken)
    {
        var options = ConnectionSetup.OptionsOf(_settings, _context);
        _client ??= new MqttClient(
            options with
            {
                Will = Presence?.Will ?? options.Will,
                CleanSession = _settings.CleanSession || _context.IsTest,
                ReceiveMaximum = _settings.ReceiveMaximum,
                AcknowledgeMode = MqttAcknowledgeMode.ByApplication,
                OnConnectionLost = MqttInFlightPolicy.Fail, // Of setpoints, which are never sent twice.
            },
            _receiver,
            _context.Loggers.CreateLogger<MqttClient>(),
            _context.Time,
            _context.Random);

        // Every item is named again after a connect; one that is not was removed while there was no connection.
        ForgetItems();
        _buffer.Begin();
        _stopIntake = new CancellationTokenSource();
        _intake = OfferAllAsync(_stopIntake.Token);
        _rebirths = _receiver.Sparkplug.RequestAllAsync(_client, _stopIntake.Token);
        Presence?.Start(_client);
        try
        {
            _connected = await _client.ConnectAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (MqttException error)
        {
            throw MqttFaults.From(error, _settings);
        }

        await OpenDoorAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async Task DisconnectAsync(CancellationToken cancellationToken)
    {
        await CloseDoorAsync(cancellationToken).ConfigureAwait(false);
        if (_client is null || _stopIntake is null)
        {
            return;
        }

        // In this order: tell that this host goes, take nothing new, offer what has gathered, let its acknowledgements
        // go out, say farewell.
        var isTold = await TellAbsenceAsync(_client, cancellationToken).ConfigureAwait(false);
        _buffer.Close();
        await WaitForReceiptsAsync(cancellationToken).ConfigureAwait(false);
        await _stopIntake.CancelAsync().ConfigureAwait(false);
        await _intake.ConfigureAwait(false);
        await _rebirths.ConfigureAwait(false);
        _stopIntake.Dispose();
        _stopIntake = null;
        await SayFarewellAsync(_client, isTold, cancellationToken).ConfigureAwait(false);
        if (_buffer.Discard(gathered => _once.Forget(gathered, isStaged: false)) is > 0 and var lost)
        {
            _context.CountLetGo(lost, "Messages at QoS 0 could not be stored before the connection was ended.");
        }
    }

    /// <inheritdoc/>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await CloseDoorAsync(cancellationToken).ConfigureAwait(false);
        if (_client is not null)
        {
            if (!await TellAbsenceAsync(_client, cancellationToken).ConfigureAwait(false))
            {
                await SayFarewellAsync(_client, isTold: false, cancellationToken).ConfigureAwait(false);
            }

            await _client.DisposeAsync().ConfigureAwait(false);
        }

        _buffer.Dispose();
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<Diagnostic>> TestConnectionAsync(CancellationToken cancellationToken) =>
        ConnectionTest.RunAsync(_settings, _context, cancellationToken);

    /// <summary>
    /// Offers what gathers until closed or cancelled. While one intake is on its way to disk the next gathers.
    /// </summary>
    [SuppressMessage(
        "Design",
        "CA1031:Do not catch general exception types",
        Justification = "The edge of this loop: it is reported.")]
    private async Task OfferAllAsync(CancellationToken cancellationToken)
    {
        GatheredReadings? offered = null;
        try
        {
            while ((offered = await _buffer.TakeAsync(cancellationToken).ConfigureAwait(false)) is not null)
            {
                Checkpoint[] checkpoints = [.. _once.Stage(offered), .. offered.Checkpoints];
                if (offered.Count == 0 && checkpoints.Length == 0)
                {
                    offered.Stored(); // Nothing was known of a session that is lost.
                    continue;
                }

                await _context.Intakes.OfferAsync(offered.ToIntake(checkpoints), cancellationToken)
                    .ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            GiveBack(offered);
        }
        catch (Exception error)
        {
            GiveBack(offered);
            LogIntakeLoopFailed(_context.Name, error);
            _context.ReportLost(new ConnectorException(
                Fault.Internal, $"South '{_context.Name}' could not hand on what it received: {error.Message}", error));
        }
    }

    /// <summary>
    /// Says DISCONNECT, or ends without a word where the Will is to speak, as a cancelled farewell does.
    /// </summary>
    private async Task SayFarewellAsync(MqttClient client, bool isTold, CancellationToken cancellationToken)
    {
        try
        {
            await client.DisconnectAsync(isTold ? cancellationToken : new CancellationToken(canceled: true))
                .ConfigureAwait(false);
        }
        catch (Exception error) when (error is MqttException || (error is OperationCanceledException && !isTold))
        {
            LogFarewellFailed(_context.Name, error.Message);
        }
    }

    private void GiveBack(GatheredReadings? offered)
    {
        if (offered is null)
        {
            return;
        }

        if (offered.UnacknowledgeableCount is > 0 and var lost)
        {
            _context.CountLetGo(lost, "Messages at QoS 0 could not be stored before the connection was ended.");
        }

        _once.Forget(offered, isStaged: true);
        _buffer.NotTaken(offered);
    }

    private async Task WaitForReceiptsAsync(CancellationToken cancellationToken)
    {
        if (_context.IsTest)
        {
            return; // Nothing is stored in a test, so no receipt comes.
        }

        try
        {
            await _intake.WaitAsync(ReceiptPatience, _context.Time, cancellationToken).ConfigureAwait(false);
            await _buffer.WhenAllStoredAsync().WaitAsync(ReceiptPatience, _context.Time, cancellationToken)
                .ConfigureAwait(false);
        }
        catch (Exception error) when (error is TimeoutException or OperationCanceledException)
        {
            LogLeftBehind(_context.Name);
        }
    }

    private void Acknowledge(GatheredReadings stored)
    {
        if (_client is not { } client)
        {
            return;
        }

        foreach (ref readonly var acknowledgement in stored.Acknowledgements)
        {
            client.Acknowledge(acknowledgement);
        }

        _once.Settle(stored, one => client.Acknowledge(one));
        foreach (var release in stored.Releases)
        {
            client.Acknowledge(release);
        }
    }

    /// <summary>Whose session it is: identifiers of another broker or client mean nothing in it.</summary>
    private static string SessionOf(MqttSouthSettings settings, string name) =>
        $"{ConnectionSetup.NameOf(settings)} {ConnectionSetup.ClientIdOf(settings, name)}";

    private ConnectorException NotConnected() =>
        new(Fault.Internal, $"South '{_context.Name}' was asked before it was connected.");

    [LoggerMessage(EventIds.IntakeLoopFailed, LogLevel.Error, "South '{South}' could not hand on what it received.")]
    private partial void LogIntakeLoopFailed(string south, Exception error);

    [LoggerMessage(
        EventIds.LeftBehind,
        LogLevel.Information,
        "South '{South}' disconnects before all it received is on disk; the broker keeps the rest and sends it again.")]
    private partial void LogLeftBehind(string south);

    [LoggerMessage(EventIds.FarewellFailed, LogLevel.Debug, "South '{South}' could not say DISCONNECT: {Reason}")]
    private partial void LogFarewellFailed(string south, string reason);
}
