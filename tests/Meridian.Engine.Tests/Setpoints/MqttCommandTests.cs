using System.Text;
using Meridian.Mqtt;
using Meridian.Mqtt.Testing;
using Meridian.Sdk.Readings;
using Meridian.Sdk.South;

namespace Meridian.Engine.Tests.Setpoints;

/// <summary>A command on a topic, through the engine, to a South, and its answer.</summary>
public sealed class MqttCommandTests : IAsyncLifetime
{
    private MqttTestBroker _broker = null!; // InitializeAsync sets it before any test.
    private CommandPlant _plant = null!; // as the broker

    private IReadOnlyList<(string Topic, string Text)> Answers =>
        [.. _broker.Received.Where(static one => one.ClientId.Length > 0)
            .Select(static one => (one.Topic, Encoding.UTF8.GetString(one.Payload.Span)))];

    public async Task InitializeAsync()
    {
        _broker = await MqttTestBroker.StartAsync();
        _plant = await CommandPlant.StartAsync(_broker.Host, _broker.Port);
    }

    public async Task DisposeAsync()
    {
        await _plant.DisposeAsync();
        await _broker.DisposeAsync();
    }

    [Fact]
    public async Task Command_ThatMayBeWritten_IsWrittenAndAnsweredAndIsNoDatum()
    {
        Send("set/s/speed", """{"id":1,"value":12}""");

        await _broker.WaitForAsync(() => Answers.Count == 1);
        Assert.Equal(("told/s/speed", """{"id":1,"outcome":"written"}"""), Answers[0]);
        Assert.Equal([ReadingValue.From(12.0)], _plant.Written);
        Assert.Equal(0, _plant.Gateway.Account.Received);
    }

    [Theory]
    [InlineData("set/s/speed", "100.5", "100.5 is more than 100")]
    [InlineData("set/s/speed", "fast", "takes a finite number")]
    [InlineData("set/s/speed", "1e999", "takes a finite number")]
    [InlineData("set/s/speed", """{"vale":1}""", "without 'value'")]
    [InlineData("set/x/speed", "1", "There is no South 'x' that runs")]
    [InlineData("set/s/sped", "1", "did you mean 'speed'?")]
    [InlineData("set/plant/valve", "1", "takes true or false")]
    public async Task Command_ThatMayNot_IsAnsweredWhyAndNotWritten(string topic, string payload, string words)
    {
        Send(topic, payload);

        await _broker.WaitForAsync(() => Answers.Count == 1);
        Assert.Contains("\"outcome\":\"refused\"", Answers[0].Text, StringComparison.Ordinal);
        Assert.Contains(words, Answers[0].Text, StringComparison.Ordinal);
        Assert.Empty(_plant.Written);
        Assert.Equal(0, _plant.Gateway.Account.Received);
    }

    [Fact]
    public async Task Command_ToAnItemWithAWriteTopic_IsPublishedThereAndThenAnswered()
    {
        Send("set/plant/valve", "true");

        await _broker.WaitForAsync(() => Answers.Count == 2);
        Assert.Equal([("valve/set", "true"), ("told/plant/valve", """{"outcome":"written"}""")], Answers);
    }

    [Fact]
    public async Task Commands_MoreThanTheLaneTakes_AreRefusedAtOnceAndTheOthersWritten()
    {
        var gate = new TaskCompletionSource<SetpointOutcome>(TaskCreationOptions.RunContinuationsAsynchronously);
        _plant.Gateway.South.OnWrite = (_, _, _) => gate.Task;

        for (var i = 0; i < 150; i++)
        {
            Send("set/s/speed", "1");
        }

        await _broker.WaitForAsync(() => Answers.Count == 50);
        Assert.All(
            Answers, static one => Assert.Contains("100 setpoints wait already", one.Text, StringComparison.Ordinal));
        gate.SetResult(SetpointOutcome.Written);
        await _broker.WaitForAsync(() => Answers.Count == 150);
        Assert.Equal(100, Answers.Count(static one => one.Text.Contains("written", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Command_WhileTheGatewayIsAway_IsNotWrittenWhenItIsBack()
    {
        await _plant.Gateway.StopAsync();
        Send("set/s/speed", "1");
        await _plant.RunAsync();

        Send("set/s/speed", "2");

        await _broker.WaitForAsync(() => Answers.Count > 0);
        Assert.Equal([ReadingValue.From(2.0)], _plant.Written);
        Assert.Single(Answers);
    }

    private void Send(string topic, string payload) =>
        _broker.Publish(topic, Encoding.UTF8.GetBytes(payload), MqttQos.AtLeastOnce);
}
