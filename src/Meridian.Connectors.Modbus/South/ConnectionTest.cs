using System.Globalization;
using Meridian.Connectors.Modbus.Connection;
using Meridian.Connectors.Modbus.Protocol;
using Meridian.Sdk;

namespace Meridian.Connectors.Modbus.South;

/// <summary>
/// Tries settings on a connection of its own: connects and asks the two units that a device most often answers as for
/// one holding register. A refusal shows as well as a value that Modbus is spoken there.
/// </summary>
internal static class ConnectionTest
{
    private static readonly byte[] Units = [1, 255];

    public static async Task<IReadOnlyList<Diagnostic>> RunAsync(
        ModbusSouthSettings settings, IConnectorContext context, CancellationToken cancellationToken)
    {
        using var channel = new ModbusChannel(settings, context.Time);
        channel.Allow();
        var start = context.Time.GetTimestamp();
        await channel.EnsureOpenAsync(cancellationToken).ConfigureAwait(false);
        List<Diagnostic> found =
        [
            new("Device", channel.Peer),
            new("Address", channel.RemoteEndPoint?.ToString() ?? channel.Peer),
            new("Connected within", Milliseconds(context.Time.GetElapsedTime(start))),
            new("Framing", settings.Framing == ModbusFraming.Tcp ? "Modbus TCP" : "Modbus RTU over TCP"),
        ];
        foreach (var unit in Units)
        {
            try
            {
                await channel.EnsureOpenAsync(cancellationToken).ConfigureAwait(false);
                found.Add(new Diagnostic(
                    string.Create(CultureInfo.InvariantCulture, $"Unit {unit}"),
                    await AskAsync(settings, context.Time, channel, unit, cancellationToken).ConfigureAwait(false)));
            }
            catch (ModbusProtocolException broken)
            {
                throw ModbusFaults.Malformed(channel.Peer, broken.Message);
            }
        }

        return found;
    }

    private static async Task<string> AskAsync(
        ModbusSouthSettings settings,
        TimeProvider time,
        ModbusChannel channel,
        byte unit,
        CancellationToken cancellationToken)
    {
        var request = new ModbusRequest(unit, ModbusFunction.ReadHoldingRegisters, 0, 1);
        var start = time.GetTimestamp();
        var id = await channel.SendAsync(request, cancellationToken).ConfigureAwait(false);
        var deadline = start + (long)(settings.ResponseTimeout.TotalSeconds * time.TimestampFrequency);
        while (await channel.ReceiveAsync(deadline, cancellationToken).ConfigureAwait(false) is { } frame)
        {
            if (frame.IsFor(settings.Framing, request, id))
            {
                var code = frame.Read(request, out _);
                var took = Milliseconds(time.GetElapsedTime(start));
                return code == ModbusExceptionCode.None
                    ? $"answers within {took}"
                    : $"answers within {took}; for holding register 0 it {ModbusFaults.WordsOf(code)}";
            }
        }

        if (settings.Framing == ModbusFraming.RtuOverTcp)
        {
            channel.Close(); // Its answer could be taken for the next unit's.
        }

        return $"does not answer within {ModbusFaults.Seconds(settings.ResponseTimeout)}";
    }

    private static string Milliseconds(TimeSpan time) =>
        string.Create(CultureInfo.InvariantCulture, $"{time.TotalMilliseconds:F1} ms");
}
