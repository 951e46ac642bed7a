using System.Buffers;
using System.Runtime.InteropServices;
using Meridian.Mqtt.Transport;
using Meridian.Mqtt.Wire;

namespace Meridian.Mqtt.Connection;

/// <summary>
/// Opens a transport, sends CONNECT, answers AUTH and waits for CONNACK, all within the connect timeout.
/// </summary>
internal sealed class Handshake(ClientState state, ITransportConnector connector, TimeProvider time)
{
    private readonly MqttClientOptions _options = state.Options;

    /// <summary>Whether the last try came as far as an open transport.</summary>
    public bool HasOpened { get; private set; }

    /// <summary>
    /// Returns an accepted connection, or throws <see cref="MqttException"/>; on any failure nothing stays open.
    /// </summary>
    public async Task<AcceptedConnection> OpenAsync(MqttServer server, CancellationToken cancellationToken)
    {
        using var either = new CancellationTokenSource(_options.ConnectTimeout, time);
        await using var registration = cancellationToken
            .UnsafeRegister(static state => ((CancellationTokenSource)state!).Cancel(), either).ConfigureAwait(false);
        ITransport? transport = null;
        HasOpened = false;
        var awaited = _options.Credentials is null ? null : "the application's credentials";
        try
        {
            var credentials = await AskCredentialsAsync(either.Token).ConfigureAwait(false);
            awaited = null;
            state.Words.Tell(credentials);
            state.MakeWill();
            var connect = ConnAckReading.ToConnect(state, credentials);
            transport = await connector.ConnectAsync(server, either.Token).ConfigureAwait(false);
            HasOpened = true;
            var packet = await ExchangeAsync(transport, server, connect, either.Token).ConfigureAwait(false);
            var accepted = new AcceptedConnection(
                transport, ConnAckReading.ToResult(packet, connect, server, state.Words));
            transport = null;
            return accepted;
        }
        catch (OperationCanceledException) when (
            either.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new MqttTimeoutException(
                $"The server {server} did not accept within ConnectTimeout, {_options.ConnectTimeout.TotalSeconds} s; "
                + $"{awaited ?? connector.Awaited ?? "CONNACK"} was still awaited.");
        }
        catch (Exception error) when (
            error is IOException or System.Net.Sockets.SocketException or ObjectDisposedException)
        {
            throw TransportFaults.BeforeConnAck(server, error);
        }
        finally
        {
            if (transport is not null)
            {
                await transport.DisposeAsync().ConfigureAwait(false);
            }
        }
    }

    private async Task<ConnAckPacket> ExchangeAsync(
        ITransport transport, MqttServer server, ConnectPacket connect, CancellationToken cancellationToken)
    {
        if (_options.Authenticator is { } authenticator)
        {
            connect = await UsersCode
                .RunAsync("authenticator", token => StartAsync(authenticator, connect, token), cancellationToken)
                .ConfigureAwait(false);
        }

        var output = new ArrayBufferWriter<byte>();
        PacketEncoder.WriteConnect(output, connect);
        await transport.WriteAsync(output.WrittenMemory, cancellationToken).ConfigureAwait(false);
        while (true)
        {
            var answer = await ReadAnswerAsync(transport, server, cancellationToken).ConfigureAwait(false);
            if (answer.ConnAck is { } packet)
            {
                if (packet.ReturnCode == 0 && _options.Authenticator is { } authenticated)
                {
                    await UsersCode
                        .RunAsync(
                            "authenticator",
                            token => CompleteAsync(authenticated, packet.AuthenticationData, token),
                            cancellationToken)
                        .ConfigureAwait(false);
                }

                return packet;
            }

            var data = await UsersCode
                .RunAsync("authenticator", token => ContinueAsync(answer.Auth, token), cancellationToken)
                .ConfigureAwait(false);
            output.ResetWrittenCount();
            PacketEncoder.WriteAuth(output, ToAnswer(data));
            await transport.WriteAsync(output.WrittenMemory, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>CONNACK or, where an authentication is on, AUTH; nothing else [MQTT-3.2.0-1].</summary>
    private async Task<(ConnAckPacket? ConnAck, AuthPacket? Auth)> ReadAnswerAsync(
        ITransport transport, MqttServer server, CancellationToken cancellationToken)
    {
        while (true)
        {
            var read = await transport.Input.ReadAsync(cancellationToken).ConfigureAwait(false);
            var rest = read.Buffer;
            TransportFaults.DemandMqtt(server, rest);
            if (Frame.TryRead(ref rest, _options.MaxPacketBytes, out var frame))
            {
                var answer = ReadAnswer(frame);
                transport.Input.AdvanceTo(rest.Start);
                return answer;
            }

            transport.Input.AdvanceTo(rest.Start, rest.End);
            if (read.IsCompleted)
            {
                throw TransportFaults.BeforeConnAck(server, error: null);
            }
        }
    }

    private (ConnAckPacket? ConnAck, AuthPacket? Auth) ReadAnswer(in Frame frame) => frame.Type switch
    {
        // An older server answers in its own form, which has two bytes and no properties.
        PacketType.ConnAck when frame.Body.Length == 2 && state.Version == MqttProtocolVersion.V50 =>
            (ConnAckReading.ToVersion5(PacketDecoder.ReadConnAck(frame, MqttProtocolVersion.V311)), null),
        PacketType.ConnAck => (PacketDecoder.ReadConnAck(frame, state.Version), null),
        PacketType.Auth when _options.Authenticator is not null => (null, PacketDecoder.ReadAuth(frame)),
        _ => throw new MqttProtocolException(
            "MQTT-3.2.0-1", MqttReasonCode.ProtocolError, $"The server's first packet is {frame.Type}, not CONNACK."),
    };

    private async ValueTask<ReadOnlyMemory<byte>> ContinueAsync(AuthPacket? packet, CancellationToken cancellationToken)
    {
        // ReadAnswer lets AUTH pass only where there is an authenticator.
        var authenticator = _options.Authenticator!;
        return packet!.ReasonCode == MqttReasonCode.ContinueAuthentication
            && string.Equals(packet.Method, authenticator.Method, StringComparison.Ordinal)
                ? await authenticator.ContinueAsync(packet.Data ?? default, cancellationToken).ConfigureAwait(false)
                : throw new MqttProtocolException(
                    "MQTT-4.12.0-2",
                    MqttReasonCode.ProtocolError,
                    $"The server's AUTH says {packet.ReasonCode} with the method '{packet.Method}'; the client asked "
                    + $"for '{authenticator.Method}'.");
    }

    private AuthPacket ToAnswer(ReadOnlyMemory<byte> data) => new(
        MqttReasonCode.ContinueAuthentication, // [MQTT-4.12.0-3]
        _options.Authenticator?.Method,
        data.IsEmpty ? default(ReadOnlyMemory<byte>?) : data);

    private static async ValueTask<ReadOnlyMemory<byte>> CompleteAsync(
        IMqttAuthenticator authenticator, ReadOnlyMemory<byte>? data, CancellationToken cancellationToken)
    {
        await authenticator.CompleteAsync(data ?? default, cancellationToken).ConfigureAwait(false);
        return default;
    }

    private static async ValueTask<ConnectPacket> StartAsync(
        IMqttAuthenticator authenticator, ConnectPacket connect, CancellationToken cancellationToken)
    {
        var data = await authenticator.StartAsync(cancellationToken).ConfigureAwait(false);
        return connect with
        {
            AuthenticationMethod = authenticator.Method,
            AuthenticationData = data.IsEmpty ? default(ReadOnlyMemory<byte>?) : data,
        };
    }

    private async ValueTask<MqttCredentials> AskCredentialsAsync(CancellationToken cancellationToken)
    {
        if (_options.Credentials is not { } ask)
        {
            return new MqttCredentials(_options.UserName, _options.Password);
        }

        var given = await UsersCode.RunAsync("credentials", ask, cancellationToken).ConfigureAwait(false);
        return FindProblem(given) is not { } problem
            ? given
            : throw new MqttConnectionLostException($"The application's credentials cannot be sent: {problem}");
    }

    /// <summary>What the options check of those that stand in them.</summary>
    private string? FindProblem(MqttCredentials? given) => given is null
        ? "they are null."
        : given.UserName is { } user && PropertyRules.FindTextProblem(nameof(given.UserName), user) is { } problem
            ? problem
            : given.Password.Length > ushort.MaxValue
                ? $"Password has {given.Password.Length} bytes; at most {ushort.MaxValue} fit."
                : given.UserName is null && !given.Password.IsEmpty && state.Version < MqttProtocolVersion.V50
                    ? "Password is set without a UserName [MQTT-3.1.2-22]."
                    : null;
}

/// <summary>A transport on which CONNACK said yes; whoever gets it disposes of the transport.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct AcceptedConnection(ITransport Transport, MqttConnectResult Result);
