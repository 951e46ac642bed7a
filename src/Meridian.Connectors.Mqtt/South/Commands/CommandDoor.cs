using System.Diagnostics.CodeAnalysis;
using System.Threading.Channels;
using Meridian.Connectors.Mqtt.Connection;
using Meridian.Mqtt;
using Meridian.Sdk.Faults;
using Meridian.Sdk.South;
using Microsoft.Extensions.Logging;

namespace Meridian.Connectors.Mqtt.South.Commands;

/// <summary>
/// Takes commands from the broker to the engine's setpoints and answers each with its outcome, from one connect of the
/// South to its disconnect.
/// </summary>
/// <remarks>
/// It has a connection of its own: acknowledgements go out in the order of receipt, so a slow machine would hold those
/// of data up. That connection has a clean session: the broker keeps no command for later, and sends none again. They
/// enter the engine in the order of receipt, and at most <see cref="MaxInProgress"/> are here.
/// </remarks>
internal sealed partial class CommandDoor : IAsyncDisposable
{
    /// <summary>How many may be in progress, answers that are on their way included.</summary>
    public const int MaxInProgress = 1_000;

    /// <summary>How many the broker may send ahead of their outcomes. The engine takes 100 for each South.</summary>
    private const int Window = 500;

    /// <summary>How long a close waits for outcomes, and then again for answers.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly ISouthContext _context;
    private readonly ISetpointSink _setpoints;
    private readonly MqttSouthSettings _settings;
    private readonly MqttQos _qos;
    private readonly CommandTopics _topics;
    private readonly ILogger _logger;
    private readonly MqttClient _client;
    private readonly CancellationTokenSource _stopWriting = new();
    private readonly CancellationTokenSource _stopAnswering = new();
    private readonly Channel<Command> _commands = Channel.CreateBounded<Command>(
        new BoundedChannelOptions(MaxInProgress)
        {
            FullMode = BoundedChannelFullMode.Wait,
            SingleReader = true,
            SingleWriter = true,
        });

    private Task _handing = Task.CompletedTask;
    private int _inProgress;

    public CommandDoor(
        ISouthContext context, ISetpointSink setpoints, MqttSouthSettings settings, MqttCommandSettings commands)
    {
        _context = context;
        _setpoints = setpoints;
        _settings = settings;
        _qos = (MqttQos)commands.Qos;
        _topics = new CommandTopics(commands);
        _logger = context.Loggers.CreateLogger<CommandDoor>();
        var options = ConnectionSetup.OptionsOf(settings, context);
        _client = new MqttClient(
            options with
            {
                ClientId = options.ClientId + "-commands",
                Version = MqttProtocolVersion.V50,
                AllowOlderVersion = true,
                CleanSession = true,
                ReceiveMaximum = Window,
                AcknowledgeMode = MqttAcknowledgeMode.ByApplication,
            },
            new CommandReceiver(this, _topics, context, settings, _logger),
            context.Loggers.CreateLogger<MqttClient>(),
            context.Time,
            context.Random);
    }

    /// <summary>Begins to take commands.</summary>
    /// <exception cref="ConnectorException">The broker does not answer, or does not let it subscribe.</exception>
    public async Task OpenAsync(CancellationToken cancellationToken)
    {
        _handing = HandOnAllAsync();
        try
        {
            await _client.ConnectAsync(cancellationToken).ConfigureAwait(false);
            var asked = new MqttSubscriptionRequest(_topics.Filter, _qos) { RetainAsPublished = true };
            var answers = await _client.SubscribeAsync([asked], cancellationToken).ConfigureAwait(false);
            if (!answers[0].IsGranted)
            {
                throw new ConnectorException(
                    Fault.Unauthorized,
                    $"Broker {ConnectionSetup.NameOf(_settings)} refuses the subscription to the commands "
                    + $"'{_topics.Filter}'; look at its access rights, or leave 'commands' out.");
            }
        }
        catch (MqttException error)
        {
            throw MqttFaults.From(error, _settings);
        }
    }

    /// <summary>
    /// Takes no more, waits a little for the outcomes of those in progress, answers, and says farewell. Once.
    /// </summary>
    public async Task CloseAsync(CancellationToken cancellationToken)
    {
        _ = _commands.Writer.TryComplete();
        foreach (var stop in (CancellationTokenSource[])[_stopWriting, _stopAnswering])
        {
            await WaitAsync(cancellationToken).ConfigureAwait(false);
            await stop.CancelAsync().ConfigureAwait(false);
        }

        await _handing.ConfigureAwait(false);
        try
        {
            await _client.DisconnectAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception error) when (error is MqttException
            || (error is OperationCanceledException && cancellationToken.IsCancellationRequested))
        {
            LogFarewellFailed(_context.Name, error.Message); // The connection for data is to be closed next.
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _client.DisposeAsync().ConfigureAwait(false);
        _stopWriting.Dispose();
        _stopAnswering.Dispose();
    }

    /// <summary>Takes one. By the receiver, in the order of receipt.</summary>
    /// <returns>False when too many are in progress, or it is closed: the command is not taken.</returns>
    public bool TryTake(Command command)
    {
        if (Interlocked.Increment(ref _inProgress) <= MaxInProgress && _commands.Writer.TryWrite(command))
        {
            return true;
        }

        _ = Interlocked.Decrement(ref _inProgress);
        return false;
    }

    /// <summary>Says to the broker that a command is done with.</summary>
    public void Acknowledge(MqttAcknowledgement acknowledgement) => _client.Acknowledge(acknowledgement);

    /// <summary>Gives each to the engine in its turn, without waiting for the one before.</summary>
    private async Task HandOnAllAsync()
    {
        var following = new List<Task>();
        await foreach (var command in _commands.Reader.ReadAllAsync(CancellationToken.None).ConfigureAwait(false))
        {
            if (following.Count >= 2 * MaxInProgress)
            {
                _ = following.RemoveAll(static one => one.IsCompletedSuccessfully); // At most half are not.
            }

            following.Add(FollowAsync(command));
        }

        await Task.WhenAll(following).ConfigureAwait(false);
    }

    private async Task FollowAsync(Command command)
    {
        try
        {
            var outcome = command.Problem is { } problem
                ? SetpointOutcome.Refused(problem)
                : await WriteAsync(command.Request).ConfigureAwait(false);
            await AnswerAsync(command.Answer, outcome).ConfigureAwait(false);
            Acknowledge(command.Acknowledgement);
        }
        finally
        {
            _ = Interlocked.Decrement(ref _inProgress);
        }
    }

    [SuppressMessage(
        "Design",
        "CA1031:Do not catch general exception types",
        Justification = "The edge of another connector's code: it is reported, and the requester is answered.")]
    private async Task<SetpointOutcome> WriteAsync(SetpointRequest request)
    {
        try
        {
            return await _setpoints.WriteAsync(request, _stopWriting.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (_stopWriting.IsCancellationRequested)
        {
            return SetpointOutcome.Refused("The gateway ends this connection; whether the source has it is unknown.");
        }
        catch (Exception error)
        {
            LogWriteFailed(_context.Name, request.South, request.Item, error);
            return SetpointOutcome.Refused($"It failed: {error.Message} Whether the source has it is unknown.");
        }
    }

    private async Task AnswerAsync(CommandAnswer answer, SetpointOutcome outcome)
    {
        try
        {
            _ = await _client.PublishAsync(answer.ToMessage(outcome, _qos), _stopAnswering.Token)
                .ConfigureAwait(false);
        }
        catch (Exception error) when (error is MqttException or ArgumentException
            || (error is OperationCanceledException && _stopAnswering.IsCancellationRequested))
        {
            var reason = error is MqttException said ? ConnectionWords.SentencesOf(said, _settings) : error.Message;
            LogAnswerLost(_context.Name, outcome.IsWritten ? "written" : "refused", answer.Topic, reason);
        }
    }

    private async Task WaitAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _handing.WaitAsync(Patience, _context.Time, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception error) when (error is TimeoutException or OperationCanceledException)
        {
            LogLeftBehind(_context.Name, Volatile.Read(ref _inProgress));
        }
    }

    [LoggerMessage(
        EventIds.CommandFailed,
        LogLevel.Error,
        "A command that South '{South}' received, for item '{Item}' of '{Target}', failed.")]
    private partial void LogWriteFailed(string south, string target, string item, Exception error);

    [LoggerMessage(
        EventIds.AnswerLost,
        LogLevel.Warning,
        "South '{South}' could not answer a command that was {Outcome} on '{Topic}': {Reason}")]
    private partial void LogAnswerLost(string south, string outcome, string topic, string reason);

    [LoggerMessage(
        EventIds.CommandsLeftBehind,
        LogLevel.Information,
        "South '{South}' disconnects and does not wait longer for {Count} commands.")]
    private partial void LogLeftBehind(string south, int count);

    [LoggerMessage(
        EventIds.CommandFarewellFailed,
        LogLevel.Debug,
        "South '{South}' could not say DISCONNECT on its connection for commands: {Reason}")]
    private partial void LogFarewellFailed(string south, string reason);
}
