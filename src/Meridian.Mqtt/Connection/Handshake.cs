using System.Buffers;
using System.Runtime.InteropServices;
using Meridian.Mqtt.Transport;
using Meridian.Mqtt.Wire;

namespace Meridian.Mqtt.Connection;

/// <summary>Opens a transport, sends CONNECT and waits for CONNACK, all within the connect timeout.</summary>
internal sealed class Handshake(
    MqttClientOptions options, string clientId, ITransportConnector connector, TimeProvider time)
{
    /// <summary>
    /// Returns an accepted connection, or throws <see cref="MqttException"/>; on any failure nothing stays open.
    /// </summary>
    public async Task<AcceptedConnection> OpenAsync(CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(options.ConnectTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        ITransport? transport = null;
        try
        {
            transport = await connector.ConnectAsync(options.Server, either.Token).ConfigureAwait(false);
            var packet = await ExchangeAsync(transport, either.Token).ConfigureAwait(false);
            Demand(packet);
            var accepted = new AcceptedConnection(transport, options.Version, packet.IsSessionPresent);
            transport = null;
            return accepted;
        }
        catch (OperationCanceledException) when (
            timeout.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new MqttTimeoutException(
                $"The server {options.Server} did not accept within {options.ConnectTimeout.TotalSeconds} s; "
                + $"{connector.Awaited ?? "CONNACK"} was still awaited.");
        }
        catch (Exception error) when (error is IOException or System.Net.Sockets.SocketException)
        {
            throw TransportFaults.BeforeConnAck(options.Server, error);
        }
        finally
        {
            if (transport is not null)
            {
                await transport.DisposeAsync().ConfigureAwait(false);
            }
        }
    }

    private async Task<ConnAckPacket> ExchangeAsync(ITransport transport, CancellationToken cancellationToken)
    {
        var output = new ArrayBufferWriter<byte>();
        PacketEncoder.WriteConnect(output, new ConnectPacket
        {
            Version = options.Version,
            ClientId = clientId,
            CleanSession = options.CleanSession,
            KeepAliveSeconds = (ushort)Math.Ceiling(options.KeepAlive.TotalSeconds),
            Will = options.Will,
            UserName = options.UserName,
            // A bare null would become an empty memory here, and an empty password is not none.
            Password = options.Password.IsEmpty ? default(ReadOnlyMemory<byte>?) : options.Password,
        });
        await transport.WriteAsync(output.WrittenMemory, cancellationToken).ConfigureAwait(false);
        while (true)
        {
            var read = await transport.Input.ReadAsync(cancellationToken).ConfigureAwait(false);
            var rest = read.Buffer;
            TransportFaults.DemandMqtt(options.Server, rest);
            if (Frame.TryRead(ref rest, options.MaxPacketBytes, out var frame))
            {
                var packet = frame.Type == PacketType.ConnAck
                    ? PacketDecoder.ReadConnAck(frame, options.Version)
                    : throw new MqttProtocolException(
                        "MQTT-3.2.0-1",
                        MqttReasonCode.ProtocolError,
                        $"The server's first packet is {frame.Type}, not CONNACK.");
                transport.Input.AdvanceTo(rest.Start);
                return packet;
            }

            transport.Input.AdvanceTo(rest.Start, rest.End);
            if (read.IsCompleted)
            {
                throw TransportFaults.BeforeConnAck(options.Server, error: null);
            }
        }
    }

    private void Demand(ConnAckPacket packet)
    {
        if (packet.IsSessionPresent && options.CleanSession)
        {
            throw new MqttProtocolException(
                "MQTT-3.2.2-1",
                MqttReasonCode.ProtocolError,
                "The server says that a session is present where a clean one was asked for.");
        }

        if (packet.ReturnCode == 0)
        {
            return;
        }

        var (reason, advice) = packet.ReturnCode switch
        {
            1 => (
                MqttReasonCode.UnsupportedProtocolVersion, $"it does not speak version {options.Version}"),
            2 => (MqttReasonCode.ClientIdentifierNotValid, $"it does not allow the ClientId '{clientId}'"),
            3 => (MqttReasonCode.ServerUnavailable, "it is not available now"),
            4 => (MqttReasonCode.BadUserNameOrPassword, "UserName or Password are wrong"),
            5 => (MqttReasonCode.NotAuthorized, "this client is not authorized"),
            var code => (MqttReasonCode.UnspecifiedError, $"its return code {code} is reserved"),
        };
        throw new MqttConnectException(
            reason, $"The server {options.Server} refused the connection: {advice}.");
    }
}

/// <summary>A transport on which CONNACK said yes; whoever gets it disposes of the transport.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct AcceptedConnection(
    ITransport Transport, MqttProtocolVersion Version, bool IsSessionPresent);
