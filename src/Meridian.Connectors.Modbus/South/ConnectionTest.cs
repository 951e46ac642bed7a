using System.Globalization;
using Meridian.Connectors.Modbus.Connection;
using Meridian.Connectors.Modbus.Protocol;
using Meridian.Sdk;

namespace Meridian.Connectors.Modbus.South;

/// <summary>
/// Tries settings on a connection of its own: connects and asks the two units that a device most often answers as for
/// one holding register. A refusal shows as well as a value that Modbus is spoken there; silence of both shows nothing.
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
        UnitTest[] tests = [.. Units.Select(unit => new UnitTest(settings, context.Time, channel, unit))];
        foreach (var test in tests)
        {
            try
            {
                await channel.EnsureOpenAsync(cancellationToken).ConfigureAwait(false);
                found.Add(new Diagnostic(test.Name, await test.AskAsync(cancellationToken).ConfigureAwait(false)));
            }
            catch (ModbusProtocolException broken)
            {
                throw ModbusFaults.Malformed(channel.Peer, broken.Message);
            }
        }

        if (!tests.Any(static test => test.HasAnswered))
        {
            throw ModbusFaults.Mute(channel.Peer, settings.ResponseTimeout);
        }

        // Last: a device that hangs up at what it does not know has told by now that it works.
        foreach (var test in tests.Where(static test => test.HasAnswered))
        {
            if (await test.IdentifyAsync(cancellationToken).ConfigureAwait(false) is { } identity)
            {
                found.Add(new Diagnostic($"{test.Name} is", identity));
            }
        }

        return found;
    }

    private static string Milliseconds(TimeSpan time) =>
        string.Create(CultureInfo.InvariantCulture, $"{time.TotalMilliseconds:F1} ms");
}
