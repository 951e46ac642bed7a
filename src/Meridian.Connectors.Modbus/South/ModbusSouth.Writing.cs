using Meridian.Connectors.Modbus.Protocol;
using Meridian.Connectors.Modbus.Values;
using Meridian.Sdk.Faults;
using Meridian.Sdk.Readings;
using Meridian.Sdk.South;

namespace Meridian.Connectors.Modbus.South;

/// <content>Setpoints: each is one request, sent once.</content>
internal sealed partial class ModbusSouth
{
    /// <inheritdoc/>
    /// <remarks>One that is cancelled or not answered is not sent again.</remarks>
    public async Task<SetpointOutcome> WriteSetpointAsync(
        Item item, ReadingValue value, CancellationToken cancellationToken)
    {
        var settings = (ModbusItemSettings)item.Settings;
        var format = RegisterFormat.Of(settings, _settings.Order);
        byte[] bytes = [];
        if ((ModbusCheck.FindOfSetpoint(settings) ?? RegisterEncoder.Find(format, value, out bytes)) is { } problem)
        {
            return SetpointOutcome.Refused($"Item '{item.Name}': {problem}");
        }

        var request = WriteRequest.Of(settings, format.Count, bytes);
        var isWhole = false;
        await _turns.TakeAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await _channel.EnsureOpenAsync(cancellationToken).ConfigureAwait(false);
            var code = await SendAsync(request, cancellationToken).ConfigureAwait(false);
            isWhole = _settings.KeepConnection;
            return code == ModbusExceptionCode.None
                ? SetpointOutcome.Written
                : SetpointOutcome.Refused($"Unit {settings.UnitId} {ModbusFaults.WordsOf(code)}");
        }
        catch (ModbusProtocolException broken)
        {
            throw new ConnectorException(
                Fault.Malformed,
                $"Whether unit {settings.UnitId} has the value is unknown: {broken.Message}",
                broken);
        }
        finally
        {
            if (!isWhole)
            {
                _channel.Close();
            }

            _turns.Give();
        }
    }

    private async Task<ModbusExceptionCode> SendAsync(ModbusRequest request, CancellationToken cancellationToken)
    {
        var limit = (long)(_settings.ResponseTimeout.TotalSeconds * _context.Time.TimestampFrequency);
        var id = await _channel.SendAsync(request, cancellationToken).ConfigureAwait(false);
        var deadline = _context.Time.GetTimestamp() + limit;
        while (await _channel.ReceiveAsync(deadline, cancellationToken).ConfigureAwait(false) is { } frame)
        {
            if (frame.IsFor(_settings.Framing, request, id))
            {
                return frame.Read(request, out _);
            }

            if (_context.Time.GetTimestamp() > deadline)
            {
                break;
            }
        }

        throw new ConnectorException(
            Fault.Unreachable,
            $"Unit {request.UnitId} has not answered within {ModbusFaults.Seconds(_settings.ResponseTimeout)}, so "
            + "whether it has the value is unknown.");
    }
}
