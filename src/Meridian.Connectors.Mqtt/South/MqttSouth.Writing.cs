using System.Buffers;
using Meridian.Connectors.Mqtt.Connection;
using Meridian.Connectors.Mqtt.South.Commands;
using Meridian.Formats.Text;
using Meridian.Mqtt;
using Meridian.Sdk.Faults;
using Meridian.Sdk.Readings;
using Meridian.Sdk.South;

namespace Meridian.Connectors.Mqtt.South;

/// <content>Setpoints: those that the broker's clients ask for, and those that are written to the broker.</content>
internal sealed partial class MqttSouth
{
    private CommandDoor? _door;

    /// <inheritdoc/>
    /// <remarks>One that is cancelled, or whose connection is lost, is not sent again.</remarks>
    public async Task<SetpointOutcome> WriteSetpointAsync(
        Item item, ReadingValue value, CancellationToken cancellationToken)
    {
        if (((MqttItemSettings)item.Settings).WriteTopic is not { Length: > 0 } topic)
        {
            return SetpointOutcome.Refused($"Item '{item.Name}' has no 'writeTopic' to publish the value to.");
        }

        var payload = new ArrayBufferWriter<byte>();
        ReadingText.WriteValue(value, payload);
        try
        {
            _ = await Client
                .PublishAsync(topic, payload.WrittenMemory, MqttQos.AtLeastOnce, false, cancellationToken)
                .ConfigureAwait(false);
            return SetpointOutcome.Written;
        }
        catch (MqttRejectedException error)
        {
            return SetpointOutcome.Refused(
                $"Broker {ConnectionSetup.NameOf(_settings)} does not take it: "
                + ConnectionWords.Of(error, _settings));
        }
        catch (MqttException error)
        {
            throw new ConnectorException(
                Fault.Unreachable,
                $"Broker {ConnectionSetup.NameOf(_settings)} has not acknowledged it, so whether it has the value is "
                + $"unknown: {ConnectionWords.Of(error, _settings)}",
                error);
        }
    }

    /// <summary>Opens the door to commands where the settings have one; a test takes none.</summary>
    private async Task OpenDoorAsync(CancellationToken cancellationToken)
    {
        if (_settings.Commands is not { } commands || _context.IsTest || _context.Setpoints is not { } setpoints)
        {
            return;
        }

        _door = new CommandDoor(_context, setpoints, _settings, commands);
        await _door.OpenAsync(cancellationToken).ConfigureAwait(false);
    }

    private async Task CloseDoorAsync(CancellationToken cancellationToken)
    {
        if (Interlocked.Exchange(ref _door, null) is not { } door)
        {
            return;
        }

        await using (door.ConfigureAwait(false))
        {
            await door.CloseAsync(cancellationToken).ConfigureAwait(false);
        }
    }
}
