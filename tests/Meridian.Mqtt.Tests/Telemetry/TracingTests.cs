using System.Collections.Concurrent;
using System.Diagnostics;
using Meridian.Mqtt.Storage;
using Meridian.Mqtt.Testing;

namespace Meridian.Mqtt.Tests.Telemetry;

/// <summary>A publication is a span while somebody listens.</summary>
public sealed class TracingTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Publish_WithAListener_IsASpanAndCarriesItsContextWhenAsked(bool mustSend)
    {
        var topic = $"traced/{mustSend}";
        await using var broker = await MqttTestBroker.StartAsync();
        var spans = new ConcurrentQueue<Activity>();
        using var listener = Listen(topic, spans);
        await using var client = new MqttClient(new MqttClientOptions
        {
            Server = broker.Server,
            Version = MqttProtocolVersion.V50,
            SendTraceContext = mustSend,
        });
        await client.ConnectAsync();
        var outer = Activity.Current;

        await client.PublishAsync(new MqttApplicationMessage
        {
            Topic = topic,
            Qos = MqttQos.AtLeastOnce,
            Properties = new MqttMessageProperties { UserProperties = [new("own", "1")] },
        });

        var span = Assert.Single(spans);
        Assert.Equal(ActivityKind.Producer, span.Kind);
        Assert.Equal(ActivityStatusCode.Unset, span.Status);
        Assert.Equal(topic, span.GetTagItem("messaging.destination.name"));
        Assert.Same(outer, Activity.Current);
        var properties = Assert.Single(broker.Received).Properties;
        Assert.Contains(new MqttUserProperty("own", "1"), properties!.UserProperties);
        Assert.Equal(mustSend ? span.SpanId : null, MqttTraceContext.Read(properties)?.SpanId);
        Assert.Equal(mustSend ? span.TraceId : null, MqttTraceContext.Read(properties)?.TraceId);
    }

    [Fact]
    public async Task Enqueue_WithAListener_IsASpanUntilTheMessageIsStored()
    {
        const string Topic = "traced/stored";
        await using var broker = await MqttTestBroker.StartAsync();
        var spans = new ConcurrentQueue<Activity>();
        using var listener = Listen(Topic, spans);
        await using var client = new MqttClient(new MqttClientOptions
        {
            Server = broker.Server,
            Version = MqttProtocolVersion.V50,
            ClientId = "stored",
            CleanSession = false,
            SessionStore = new MemorySessionStore(),
            SendTraceContext = true,
        });
        var outer = Activity.Current;

        await client.EnqueueAsync(Topic, "x"u8.ToArray());

        var span = Assert.Single(spans);
        Assert.Same(outer, Activity.Current);
        Assert.Equal($"enqueue {Topic}", span.OperationName);
        Assert.Equal(ActivityKind.Producer, span.Kind);
        Assert.Equal("create", span.GetTagItem("messaging.operation.type"));
        Assert.Equal(ActivityStatusCode.Unset, span.Status);
        await client.ConnectAsync();
        await broker.WaitForAsync(() => broker.Received.Count == 1);
        var properties = Assert.Single(broker.Received).Properties;
        Assert.Equal(span.SpanId, MqttTraceContext.Read(properties)?.SpanId);
    }

    [Fact]
    public async Task Enqueue_WithoutRoom_IsAnErrorOfTheSpan()
    {
        const string Topic = "traced/full";
        var spans = new ConcurrentQueue<Activity>();
        using var listener = Listen(Topic, spans);
        await using var client = new MqttClient(new MqttClientOptions
        {
            Server = MqttServer.Tcp("127.0.0.1"),
            ClientId = "full",
            CleanSession = false,
            SessionStore = new MemorySessionStore(),
            Queue = new MqttQueueOptions { MaxMessages = 1, WhenFull = MqttQueueFullPolicy.Refuse },
        });
        await client.EnqueueAsync(Topic, default);
        await Assert.ThrowsAsync<MqttQueueFullException>(() => client.EnqueueAsync(Topic, default));

        Assert.Equal(2, spans.Count);
        Assert.Equal(ActivityStatusCode.Error, spans.Last().Status);
        Assert.Equal(nameof(MqttQueueFullException), spans.Last().GetTagItem("error.type"));
    }

    [Fact]
    public async Task Publish_Rejected_IsAnErrorOfTheSpan()
    {
        await using var broker = await MqttTestBroker.StartAsync();
        broker.Faults.RefusePublications("traced/refused", MqttReasonCode.NotAuthorized);
        var spans = new ConcurrentQueue<Activity>();
        using var listener = Listen("traced/refused", spans);
        await using var client = new MqttClient(
            new MqttClientOptions { Server = broker.Server, Version = MqttProtocolVersion.V50 });
        await client.ConnectAsync();

        await Assert.ThrowsAsync<MqttRejectedException>(
            () => client.PublishAsync("traced/refused", default, MqttQos.AtLeastOnce).AsTask());

        var span = Assert.Single(spans);
        Assert.Equal(ActivityStatusCode.Error, span.Status);
        Assert.Equal(nameof(MqttRejectedException), span.GetTagItem("error.type"));
    }

    [Theory]
    [InlineData("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", true)]
    [InlineData("00-0af7651916cd43dd8448eb211c80319c", false)]
    [InlineData("", false)]
    public void Read_TraceParent_IsAContextOrNull(string text, bool isContext)
    {
        var properties = new MqttMessageProperties { UserProperties = [new("traceparent", text)] };

        Assert.Equal(isContext, MqttTraceContext.Read(properties) is not null);
        Assert.Null(MqttTraceContext.Read(properties: null));
    }

    private static ActivityListener Listen(string topic, ConcurrentQueue<Activity> spans)
    {
        var listener = new ActivityListener
        {
            ShouldListenTo = static source => source.Name is "Meridian.Mqtt",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = span =>
            {
                if (span.OperationName.EndsWith(topic, StringComparison.Ordinal))
                {
                    spans.Enqueue(span);
                }
            },
        };
        ActivitySource.AddActivityListener(listener);
        return listener;
    }
}
