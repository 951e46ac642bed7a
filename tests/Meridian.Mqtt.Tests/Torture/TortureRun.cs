using System.Buffers.Binary;
using Meridian.Mqtt.Testing;
using Meridian.Mqtt.Tests.Connection;
using Meridian.Mqtt.Transport;

namespace Meridian.Mqtt.Tests.Torture;

/// <summary>
/// Drives a client through a <see cref="TortureCase"/> against a real broker until all is done, then demands: nothing
/// lost, nothing twice at QoS 2, order kept, every call ended with a typed outcome, nothing left behind.
/// </summary>
internal sealed class TortureRun
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(1);

    private readonly MqttTestBroker _broker;
    private readonly TortureCase _case;
    private readonly Random _random;
    private readonly string _clientId;
    private readonly Inbox _inbox = new();
    private readonly LifeLog _log = new();
    private readonly CuttingConnector _connector;
    private readonly MqttClientOptions _options;
    private readonly List<Task<Exception?>> _outcomes = [];

    public TortureRun(MqttTestBroker broker, TortureCase one, int number, Random random)
    {
        _broker = broker;
        _case = one;
        _random = random;
        _clientId = $"c{number}";
        _options = new MqttClientOptions
        {
            Server = broker.Server,
            ClientId = _clientId,
            Version = one.Version,
            CleanSession = false,
            OnConnectionLost = one.OnConnectionLost,
            AcknowledgeMode = one.AcknowledgeMode,
            MaxInFlight = one.MaxInFlight,
            ReceiveMaximum = one.ReceiveMaximum,
        };
        _connector = new CuttingConnector(
            new ServerConnector(_options, TimeProvider.System),
            one.Cuts,
            one.IsSessionKept ? null : () => broker.ForgetSession(_clientId));
    }

    /// <summary>The bytes of the first connection.</summary>
    public CuttingTransport? First => _connector.First;

    public async Task RunAsync()
    {
        await using (var client = new MqttClient(
            _options, _inbox, _log, time: null, jitter: new NoDelay(), _connector))
        {
            try
            {
                await DriveAsync(client).WaitAsync(Deadline);
            }
            catch (TimeoutException error)
            {
                throw new InvalidOperationException(
                    $"The run hangs: {_outcomes.Count(static one => !one.IsCompleted)} calls wait; "
                    + $"connected {client.IsConnected}, {_connector.Count} connections, "
                    + $"left: {Insides.Leftovers(client)}.{Describe()}",
                    error);
            }
        }

        try
        {
            await VerifyAsync();
        }
        catch (Xunit.Sdk.XunitException error)
        {
            throw new InvalidOperationException(error.Message + Describe(), error);
        }
    }

    private async Task DriveAsync(MqttClient client)
    {
        await UntilDoneAsync(() => client.ConnectAsync());
        if (_case.In.Count > 0)
        {
            await UntilDoneAsync(() => client.SubscribeAsync([new($"{_clientId}/in/#", MqttQos.ExactlyOnce)]));
        }

        for (var i = 0; i < Math.Max(_case.Out.Count, _case.In.Count); i++)
        {
            if (i < _case.In.Count)
            {
                var message = _case.In[i];
                _broker.Publish($"{_clientId}/in/{message.Topic}", Payload(i, message.Bytes), message.Qos);
            }

            if (i < _case.Out.Count)
            {
                _outcomes.Add(PublishAsync(client, i));
            }

            AcknowledgeSome(client, all: false);
        }

        while (!_outcomes.TrueForAll(static one => one.IsCompleted) || !HasAll() || Insides.Leftovers(client) is not "")
        {
            var change = _inbox.NextChangeAsync();
            AcknowledgeSome(client, all: true);
            await Task.WhenAny(change, Task.Delay(Moment, TimeProvider.System));
        }
    }

    /// <summary>
    /// A call that the loss of its connection may end: then with a typed error, and it is made again.
    /// </summary>
    private static async Task UntilDoneAsync(Func<Task> call)
    {
        while (true)
        {
            try
            {
                await call();
                return;
            }
            catch (MqttException)
            {
                await Task.Delay(Moment, TimeProvider.System); // The client may be returning by itself.
            }
        }
    }

    private async Task<Exception?> PublishAsync(MqttClient client, int number)
    {
        var message = _case.Out[number];
        using var cancellation = new CancellationTokenSource();
        try
        {
            var publishing = client.PublishAsync(
                $"{_clientId}/out/{message.Topic}",
                Payload(number, message.Bytes),
                message.Qos,
                cancellationToken: cancellation.Token);
            if (message.IsCancelled)
            {
                await Task.Yield();
                await cancellation.CancelAsync();
            }

            Assert.InRange((await publishing).ReasonCode, MqttReasonCode.Success, MqttReasonCode.NoMatchingSubscribers);
            return null;
        }
        catch (Exception error) when (error is MqttException or OperationCanceledException)
        {
            return error;
        }
    }

    private void AcknowledgeSome(MqttClient client, bool all)
    {
        while ((all || _random.Next(2) == 0) && _inbox.TakeRight(_random) is { } right)
        {
            client.Acknowledge(right);
        }
    }

    private bool HasAll()
    {
        if (!_case.IsSessionKept)
        {
            return true; // What the server forgets does not come.
        }

        var come = _inbox.Messages.Select(static message => message.Number).ToHashSet();
        return Enumerable.Range(0, _case.In.Count)
            .All(number => _case.In[number].Qos == MqttQos.AtMostOnce || come.Contains(number));
    }

    private async Task VerifyAsync()
    {
        Assert.False(_log.HasUnexpected, "The client met an exception that it does not expect.");
        var arrived = _broker.Received
            .Where(message => message.ClientId.Equals(_clientId, StringComparison.Ordinal))
            .Select(message => (message.Topic, Number: BinaryPrimitives.ReadInt32BigEndian(message.Payload.Span)))
            .ToList();
        VerifyOrder(arrived, _case.Out, $"{_clientId}/out/");
        for (var number = 0; number < _case.Out.Count; number++)
        {
            VerifyOut(number, arrived.Count(one => one.Number == number), await _outcomes[number]);
        }

        var given = _inbox.Messages;
        VerifyOrder(given, _case.In, $"{_clientId}/in/");
        for (var number = 0; number < _case.In.Count; number++)
        {
            VerifyIn(number, given.Count(one => one.Number == number));
        }
    }

    private void VerifyOut(int number, int count, Exception? failure)
    {
        var message = _case.Out[number];
        var mustSucceed = message.Qos != MqttQos.AtMostOnce
            && _case.OnConnectionLost == MqttInFlightPolicy.Resume
            && !message.IsCancelled
            && (_case.IsSessionKept || message.Qos == MqttQos.AtLeastOnce);
        Assert.False(mustSucceed && failure is not null, $"Out {number} failed: {failure}");
        Assert.False(
            failure is OperationCanceledException && !message.IsCancelled, $"Out {number} was cancelled by nobody.");
        var isSafe = failure is null && message.Qos != MqttQos.AtMostOnce;
        Assert.False(isSafe && count == 0, $"Out {number} is lost.");
        var mayRepeat = message.Qos == MqttQos.AtLeastOnce
            || (message.Qos == MqttQos.ExactlyOnce && !_case.IsSessionKept && WasAcceptedUnheard());
        Assert.False(!mayRepeat && count > 1, $"Out {number} came {count} times.");
    }

    /// <summary>
    /// A server that has forgotten the session makes a new one at a CONNECT whose CONNACK is lost on its way; at the
    /// next CONNECT that one is present, and no client can know that it is not the old one.
    /// </summary>
    private bool WasAcceptedUnheard() => _broker.Packets.Count(packet =>
        packet.Type == MqttPacketType.ConnAck
        && packet.ClientId.Equals(_clientId, StringComparison.Ordinal)) > _log.ConnectedCount;

    private void VerifyIn(int number, int count)
    {
        var message = _case.In[number];
        Assert.False(
            _case.IsSessionKept && message.Qos != MqttQos.AtMostOnce && count == 0, $"In {number} is lost.");
        var mayRepeat = message.Qos == MqttQos.AtLeastOnce
            || (message.Qos == MqttQos.ExactlyOnce && _case.AcknowledgeMode == MqttAcknowledgeMode.ByApplication);
        Assert.False(!mayRepeat && count > 1, $"In {number} came {count} times.");
    }

    /// <summary>On each topic each message comes first before the later ones do [MQTT-4.6.0-6].</summary>
    private static void VerifyOrder(
        List<(string Topic, int Number)> come, IReadOnlyList<TortureMessage> messages, string prefix)
    {
        Assert.All(come, one => Assert.Equal($"{prefix}{messages[one.Number].Topic}", one.Topic));
        foreach (var topic in come.GroupBy(static one => one.Topic, StringComparer.Ordinal))
        {
            var firsts = topic.Select(static one => one.Number).Distinct().ToList();
            Assert.True(
                firsts.SequenceEqual(firsts.Order()), $"'{topic.Key}' is out of order: {string.Join(' ', firsts)}.");
        }
    }

    private static byte[] Payload(int number, int bytes)
    {
        var payload = new byte[bytes];
        BinaryPrimitives.WriteInt32BigEndian(payload, number);
        return payload;
    }

    private string Describe()
    {
        var packets = _broker.Packets.Where(packet => packet.ClientId.Equals(_clientId, StringComparison.Ordinal));
        return $"{Environment.NewLine}{_case}{Environment.NewLine}" + string.Join(
            Environment.NewLine,
            packets.TakeLast(60).Select(static packet => packet.ToString()).Concat(_log.Lines));
    }
}
