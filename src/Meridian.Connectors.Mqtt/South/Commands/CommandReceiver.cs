using Meridian.Mqtt;
using Meridian.Sdk.South;
using Microsoft.Extensions.Logging;

namespace Meridian.Connectors.Mqtt.South.Commands;

/// <summary>
/// Turns messages into commands on the client's read loop, in order. What is wrong with one is its answer; nothing is
/// thrown at the peer's bidding.
/// </summary>
internal sealed partial class CommandReceiver(
    CommandDoor door, CommandTopics topics, ISouthContext context, MqttSouthSettings settings, ILogger logger)
    : IMqttReceiver
{
    private bool _isTelling = true;

    /// <inheritdoc/>
    public void OnMessage(in MqttMessage message)
    {
        if (!topics.TryRead(message.Topic, out var south, out var item))
        {
            door.Acknowledge(message.Acknowledgement); // Not what was subscribed to.
            return;
        }

        var problem = CommandPayload.Read(message.Payload, out var payload);
        var command = new Command(
            new SetpointRequest(south, item, payload.Value),
            FindProblem(message) ?? problem,
            AnswerTo(message, payload.Id),
            message.Acknowledgement);
        if (door.TryTake(command))
        {
            _isTelling = true;
            return;
        }

        door.Acknowledge(message.Acknowledgement);
        if (_isTelling)
        {
            _isTelling = false; // Once per flood.
            LogLetGo(context.Name, CommandDoor.MaxInProgress);
        }
    }

    /// <inheritdoc/>
    public void OnDisconnected(MqttException? reason, bool willRetry)
    {
        if (reason is null)
        {
            return; // Asked for.
        }

        var fault = MqttFaults.From(reason, settings);
        if (willRetry)
        {
            LogConnectionLost(context.Name, fault.Message);
        }
        else
        {
            context.ReportLost(fault);
        }
    }

    private static string? FindProblem(in MqttMessage message) =>
        message.IsRetained ? "A retained command is never carried out, since the broker gives it at each connection; "
            + "publish it without retain."
        : message.IsDuplicate ? "The broker has sent this command again (DUP) and it may have been carried out "
            + "already, so it is not; send a new one."
        : null;

    /// <summary>Never to a topic of commands, where the answer would come back as one.</summary>
    private CommandAnswer AnswerTo(in MqttMessage message, string? id)
    {
        var properties = message.Properties;
        var isGood = properties?.ResponseTopic is { } response
            && TopicName.IsValid(response, out _)
            && !topics.TryRead(response, out _, out _);
        return new CommandAnswer(
            isGood ? properties!.ResponseTopic! : topics.AnswerTo(message.Topic), // It is good: it is there.
            properties?.CorrelationData,
            id);
    }

    [LoggerMessage(
        EventIds.CommandsLetGo,
        LogLevel.Warning,
        "South '{South}' lets go of commands and does not answer them: {Count} are in progress already.")]
    private partial void LogLetGo(string south, int count);

    [LoggerMessage(
        EventIds.CommandConnectionLost,
        LogLevel.Warning,
        "South '{South}' takes no commands until its connection for them is made again: {Reason}")]
    private partial void LogConnectionLost(string south, string reason);
}
