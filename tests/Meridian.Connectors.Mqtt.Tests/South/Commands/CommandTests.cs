using System.Globalization;
using System.Text;
using Meridian.Connectors.Mqtt.South;
using Meridian.Connectors.Mqtt.South.Commands;
using Meridian.Mqtt;
using Meridian.Mqtt.Testing;
using Meridian.Sdk.Faults;
using Meridian.Sdk.Readings;
using Meridian.Sdk.South;

namespace Meridian.Connectors.Mqtt.Tests.South.Commands;

/// <summary>Commands from a broker in this process to a scripted engine, and their answers.</summary>
public sealed class CommandTests : IAsyncLifetime
{
    private readonly ScriptedSink _sink = new();
    private readonly TestContext _context;
    private MqttTestBroker _broker = null!; // InitializeAsync sets it before any test.
    private MqttSouth? _south;

    public CommandTests() => _context = new TestContext { Setpoints = _sink };

    public async Task InitializeAsync() => _broker = await MqttTestBroker.StartAsync();

    public async Task DisposeAsync()
    {
        if (_south is not null)
        {
            await _south.DisconnectAsync(CancellationToken.None);
            await _south.StopAsync(CancellationToken.None);
        }

        await _broker.DisposeAsync();
    }

    [Fact]
    public async Task Command_Bare_ReachesTheEngineAndIsAnsweredBesideItsTopic()
    {
        await StartAsync();

        Send("set/press/speed", "12.5");

        Assert.Equal(("set/press/speed/answer", """{"outcome":"written"}"""), await AnswerAsync());
        Assert.Equal([new SetpointRequest("press", "speed", ReadingValue.From(12.5))], _sink.Requests);
        Assert.Equal(0, _context.Received);
    }

    [Fact]
    public async Task Command_RefusedByTheEngine_IsAnsweredWithItsIdAndReason()
    {
        _sink.OnWrite = static (_, _) => Task.FromResult(SetpointOutcome.Refused("Too fast."));
        await StartAsync(new MqttCommandSettings { Topic = "set", AnswerTopic = "told/here" });

        Send("set/press/speed", """{"id":"a1","value":999}""");

        Assert.Equal(
            ("told/here/press/speed", """{"id":"a1","outcome":"refused","reason":"Too fast."}"""),
            await AnswerAsync());
    }

    [Fact]
    public async Task Command_WithAResponseTopic_IsAnsweredThereWithItsCorrelationData()
    {
        await StartAsync();

        Send("set/press/speed", "1", responseTopic: "mine/answers");

        Assert.Equal(("mine/answers", """{"outcome":"written"}"""), await AnswerAsync());
        var properties = Answers[0].Properties!; // A broker of 5.0 sends them.
        Assert.Equal("c7"u8.ToArray(), properties.CorrelationData!.Value.ToArray());
        Assert.Equal("application/json", properties.ContentType);
    }

    [Fact]
    public async Task Command_WithACommandsTopicForItsAnswer_IsNotAnsweredThere()
    {
        await StartAsync();

        Send("set/press/speed", "1", responseTopic: "set/press/other");

        Assert.Equal("set/press/speed/answer", (await AnswerAsync()).Topic);
        Assert.Single(_sink.Requests);
    }

    [Fact]
    public async Task Command_InProgress_IsAcknowledgedWithItsOutcomeAndNotBefore()
    {
        var gate = new TaskCompletionSource<SetpointOutcome>(TaskCreationOptions.RunContinuationsAsynchronously);
        _sink.OnWrite = (_, _) => gate.Task;
        await StartAsync();

        Send("set/press/speed", "1");
        await UntilAsync(() => !_sink.Requests.IsEmpty);
        Assert.Equal((0, 1), (_broker.CountReceived(MqttPacketType.PubAck), Session.InFlightCount));
        gate.SetResult(SetpointOutcome.Written);

        await _broker.WaitForAsync(() => Session.InFlightCount == 0);
        Assert.Single(Answers);
    }

    [Theory]
    [InlineData("")]
    [InlineData("""{"value":[]}""")]
    public async Task Command_Malformed_IsAnsweredAndAcknowledgedAndNotWritten(string payload)
    {
        await StartAsync();

        Send("set/press/speed", payload);

        Assert.StartsWith(
            """{"outcome":"refused","reason":""", (await AnswerAsync()).Payload, StringComparison.Ordinal);
        await _broker.WaitForAsync(() => Session.InFlightCount == 0);
        Assert.Empty(_sink.Requests);
    }

    [Fact]
    public async Task Command_ThatTheBrokerHasRetained_IsRefused()
    {
        _broker.Publish("set/press/speed", "1"u8.ToArray(), MqttQos.AtLeastOnce, isRetained: true);

        await StartAsync();

        Assert.Contains("retained command is never", (await AnswerAsync()).Payload, StringComparison.Ordinal);
        Assert.Empty(_sink.Requests);
    }

    [Fact]
    public async Task Command_ThatIsToBeRetained_IsRefusedAtOnce()
    {
        await StartAsync();

        _broker.Publish("set/press/speed", "1"u8.ToArray(), MqttQos.AtLeastOnce, isRetained: true);

        Assert.Contains("retained command is never", (await AnswerAsync()).Payload, StringComparison.Ordinal);
        Assert.Empty(_sink.Requests);
    }

    [Fact]
    public async Task Command_ThatTheBrokerSendsAgain_IsRefused()
    {
        await StartAsync();

        // PUBLISH with DUP at QoS 1, topic set/a/b, Packet Identifier 9, no properties, payload 1.
        _broker.SendRaw(Session.ClientId, [0x3A, 14, 0, 7, .. "set/a/b"u8, 0, 9, 0, .. "1"u8, (byte)' ']);

        Assert.Contains("may have been carried out", (await AnswerAsync()).Payload, StringComparison.Ordinal);
        Assert.Empty(_sink.Requests);
    }

    [Fact]
    public async Task Commands_ReachTheEngineInOrder()
    {
        await StartAsync();
        for (var i = 0; i < 300; i++)
        {
            Send("set/press/speed", i.ToString(CultureInfo.InvariantCulture));
        }

        await _broker.WaitForAsync(() => Answers.Count == 300);

        Assert.Equal(
            Enumerable.Range(0, 300).Select(static i => (long)i),
            _sink.Requests.Select(static request => request.Value.AsInt64()));
    }

    [Fact]
    public async Task Commands_BeyondTheBound_AreLetGoAndTheOthersAreAnswered()
    {
        var gate = new TaskCompletionSource<SetpointOutcome>(TaskCreationOptions.RunContinuationsAsynchronously);
        _sink.OnWrite = (_, _) => gate.Task;
        await StartAsync();
        for (var i = 0; i < CommandDoor.MaxInProgress; i++)
        {
            Send("set/press/speed", "1", qos: MqttQos.AtMostOnce);
        }

        await UntilAsync(() => _sink.Requests.Count == CommandDoor.MaxInProgress);
        Send("set/press/speed", "2");
        await _broker.WaitForAsync(() => _broker.CountReceived(MqttPacketType.PubAck) == 1);
        gate.SetResult(SetpointOutcome.Written);
        await _broker.WaitForAsync(() => Answers.Count == CommandDoor.MaxInProgress);

        // An answer counts until the South knows that the broker has it, so the first may come too early.
        for (var acknowledged = 2; Answers.Count == CommandDoor.MaxInProgress; acknowledged++)
        {
            Send("set/press/speed", "3");
            await _broker.WaitForAsync(() => _broker.CountReceived(MqttPacketType.PubAck) == acknowledged);
        }

        Assert.Equal(CommandDoor.MaxInProgress + 1, _sink.Requests.Count);
        Assert.Equal(CommandDoor.MaxInProgress + 1, Answers.Count);
        Assert.Equal(3, _sink.Requests.Last().Value.AsInt64());
    }

    [Fact]
    public async Task Command_ThatFailsInTheEngine_IsAnsweredAndTheNextIsTaken()
    {
        _sink.OnWrite = static (_, _) => throw new InvalidOperationException("Broken.");
        await StartAsync();
        Send("set/press/speed", "1");
        Assert.Contains("It failed: Broken.", (await AnswerAsync()).Payload, StringComparison.Ordinal);
        _sink.OnWrite = static (_, _) => Task.FromResult(SetpointOutcome.Written);

        Send("set/press/speed", "2");

        await _broker.WaitForAsync(() => Answers.Count == 2);
        Assert.Contains("written", TextOf(Answers[1]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Disconnect_WithACommandInProgress_WaitsForItsOutcomeAndAnswers()
    {
        var gate = new TaskCompletionSource<SetpointOutcome>(TaskCreationOptions.RunContinuationsAsynchronously);
        _sink.OnWrite = (_, _) => gate.Task;
        var south = await StartAsync();
        Send("set/press/speed", "1");
        await UntilAsync(() => !_sink.Requests.IsEmpty);

        var disconnecting = south.DisconnectAsync(CancellationToken.None);
        gate.SetResult(SetpointOutcome.Written);
        await disconnecting;

        Assert.Contains("written", (await AnswerAsync()).Payload, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Disconnect_Cancelled_GivesUpWhatIsInProgress()
    {
        _sink.OnWrite = static async (_, stop) =>
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, stop);
            return SetpointOutcome.Written;
        };
        var south = await StartAsync();
        Send("set/press/speed", "1");
        await UntilAsync(() => !_sink.Requests.IsEmpty);
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();

        var error = await Record.ExceptionAsync(() => south.DisconnectAsync(cancelled.Token));

        Assert.True(error is null or OperationCanceledException, error?.ToString());
        Assert.DoesNotContain(
            Answers, static message => TextOf(message).Contains("written", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Connection_Lost_IsMadeAgainAndTakesCommands()
    {
        await StartAsync();

        _broker.Faults.CutConnection(Session.ClientId);
        await _broker.WaitForAsync(() =>
            _broker.ConnectionCount == 3 && Session is { IsConnected: true, Subscriptions.Count: 1 });
        Send("set/press/speed", "1");

        Assert.Contains("written", (await AnswerAsync()).Payload, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Command_OnABrokerOfMqtt311_IsAnsweredBesideItsTopic()
    {
        await _broker.DisposeAsync();
        _broker = await MqttTestBroker.StartAsync(new MqttTestBrokerOptions
        {
            Versions = new HashSet<MqttProtocolVersion> { MqttProtocolVersion.V311 },
        });
        await StartAsync();

        Send("set/press/speed", "1");

        Assert.Equal(("set/press/speed/answer", """{"outcome":"written"}"""), await AnswerAsync());
    }

    [Fact]
    public async Task Subscription_Refused_IsAFaultInTheEnginesWords()
    {
        _broker.Faults.RefuseSubscription("set/+/+");

        var error = await Assert.ThrowsAsync<ConnectorException>(() => StartAsync());

        Assert.Equal(Fault.Unauthorized, error.Fault);
        Assert.Contains("'set/+/+'", error.Message, StringComparison.Ordinal);
    }

    private MqttTestSession Session =>
        _broker.Sessions.Single(static one => one.ClientId.EndsWith("-commands", StringComparison.Ordinal));

    /// <summary>What the South has published; the commands are the broker's own.</summary>
    private IReadOnlyList<MqttTestMessage> Answers =>
        [.. _broker.Received.Where(static one => one.ClientId.Length > 0)];

    private static string TextOf(MqttTestMessage message) => Encoding.UTF8.GetString(message.Payload.Span);

    private static async Task UntilAsync(Func<bool> condition) =>
        await Fixtures.Deadline.UntilAsync(condition, "what the test waits for");

    private async Task<(string Topic, string Payload)> AnswerAsync()
    {
        await _broker.WaitForAsync(() => Answers.Count > 0);
        return (Answers[0].Topic, TextOf(Answers[0]));
    }

    private void Send(
        string topic, string payload, string? responseTopic = null, MqttQos qos = MqttQos.AtLeastOnce) =>
        _broker.Publish(new MqttApplicationMessage
        {
            Topic = topic,
            Payload = Encoding.UTF8.GetBytes(payload),
            Qos = qos,
            Properties = responseTopic is null ? null : new MqttMessageProperties
            {
                ResponseTopic = responseTopic,
                CorrelationData = "c7"u8.ToArray(),
            },
        });

    private async Task<MqttSouth> StartAsync(MqttCommandSettings? commands = null)
    {
        _south = new MqttSouth(_context, new MqttSouthSettings
        {
            Host = _broker.Host,
            Port = _broker.Port,
            MaxReconnectDelay = TimeSpan.FromSeconds(1),
            Commands = commands ?? new MqttCommandSettings { Topic = "set" },
        });
        await _south.ConnectAsync(CancellationToken.None);
        return _south;
    }
}
