using System.Globalization;
using System.Text;
using Meridian.Connectors.Modbus.Connection;
using Meridian.Connectors.Modbus.Protocol;
using Meridian.Sdk.Faults;

namespace Meridian.Connectors.Modbus.South;

/// <summary>Asks one unit whether it is there, and what it is.</summary>
internal sealed class UnitTest(ModbusSouthSettings settings, TimeProvider time, ModbusChannel channel, byte unit)
{
    /// <summary>The unit in words.</summary>
    public string Name { get; } = string.Create(CultureInfo.InvariantCulture, $"Unit {unit}");

    /// <summary>Whether anything came from it.</summary>
    public bool HasAnswered { get; private set; }

    /// <summary>Asks for a register.</summary>
    /// <returns>Whether and how fast it answers, in words.</returns>
    public async Task<string> AskAsync(CancellationToken cancellationToken)
    {
        var start = time.GetTimestamp();
        var request = new ModbusRequest(unit, ModbusFunction.ReadHoldingRegisters, 0, 1);
        if (await AnswerToAsync(request, cancellationToken).ConfigureAwait(false) is not { } answer)
        {
            return $"does not answer within {ModbusFaults.Seconds(settings.ResponseTimeout)}";
        }

        HasAnswered = true;
        var code = answer.Read(request, out _);
        var took = string.Create(
            CultureInfo.InvariantCulture, $"answers within {time.GetElapsedTime(start).TotalMilliseconds:F1} ms");
        return code == ModbusExceptionCode.None
            ? took
            : $"{took}; for holding register 0 it {ModbusFaults.WordsOf(code)}";
    }

    /// <summary>
    /// Asks a unit that answers what it is. Few devices know this function; one that answers it wrongly, or hangs up,
    /// can be a good source all the same.
    /// </summary>
    /// <returns>Vendor, product and revision, or why they cannot be had; null where it does not tell.</returns>
    public async Task<string?> IdentifyAsync(CancellationToken cancellationToken)
    {
        try
        {
            await channel.EnsureOpenAsync(cancellationToken).ConfigureAwait(false);
            return await ReadIdentityAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception wrong) when (wrong is ModbusProtocolException or ConnectorException)
        {
            channel.Close();
            return $"not told: {wrong.Message}";
        }
    }

    private async Task<string?> ReadIdentityAsync(CancellationToken cancellationToken)
    {
        var texts = new string?[DeviceIdentification.BasicObjects];
        byte? next = 0;
        for (var asked = 0; next is { } first && asked < texts.Length; asked++)
        {
            var request = new ModbusRequest(unit, ModbusFunction.ReadDeviceIdentification, first, 1);
            if (await AnswerToAsync(request, cancellationToken).ConfigureAwait(false) is not { } answer
                || answer.Read(request, out var data) != ModbusExceptionCode.None)
            {
                break;
            }

            next = DeviceIdentification.ReadObjects(data, (number, text) =>
            {
                if (number < texts.Length)
                {
                    texts[number] = Printable(text);
                }
            });
        }

        var told = string.Join(", ", texts.Where(static text => !string.IsNullOrWhiteSpace(text)));
        return told.Length > 0 ? told : null;
    }

    /// <summary>Texts are ASCII by the specification (§6.21); what a device sends beside it is not shown.</summary>
    private static string Printable(ReadOnlySpan<byte> text)
    {
        var shown = new StringBuilder(text.Length);
        foreach (var one in text)
        {
            _ = shown.Append(one is >= 0x20 and < 0x7F ? (char)one : '?');
        }

        return shown.ToString().Trim();
    }

    private async Task<ReceivedFrame?> AnswerToAsync(ModbusRequest request, CancellationToken cancellationToken)
    {
        var start = time.GetTimestamp();
        var id = await channel.SendAsync(request, cancellationToken).ConfigureAwait(false);
        var deadline = start + (long)(settings.ResponseTimeout.TotalSeconds * time.TimestampFrequency);
        while (await channel.ReceiveAsync(deadline, cancellationToken).ConfigureAwait(false) is { } frame)
        {
            if (frame.IsFor(settings.Framing, request, id))
            {
                return frame;
            }
        }

        if (settings.Framing == ModbusFraming.RtuOverTcp)
        {
            channel.Close(); // Its answer could be taken for the next unit's.
        }

        return null;
    }
}
