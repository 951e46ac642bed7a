using System.Diagnostics.CodeAnalysis;
using System.Net;
using Meridian.Mqtt;

namespace Meridian.Benchmarks.Clients.Contestants;

/// <summary>Our client as its user would use it: the public face, the defaults, one caller.</summary>
/// <param name="settings">What it does.</param>
/// <param name="isStream">Whether it receives by the stream of a subscription in place of a receiver.</param>
internal sealed class MeridianClient(TrialSettings settings, bool isStream)
{
    private static readonly byte[] Payload = [.. Enumerable.Repeat((byte)'x', ClientWork.PayloadBytes)];

    private readonly MqttClientOptions _options = OptionsFor(settings);
    private readonly MqttQos _qos = (MqttQos)settings.Work.Qos;
    private long _done;
    private volatile bool _isOver;

    /// <summary>Does the work.</summary>
    public Task<TrialFigures> RunAsync() => settings.Work.Kind switch
    {
        ClientWorkKind.Publish => PublishAsync(),
        ClientWorkKind.Receive => isStream ? ReceiveByStreamAsync() : ReceiveAsync(),
        ClientWorkKind.Awaited => AwaitEachAsync(),
        _ => IdleConnections.MeasureAsync(settings, async () =>
        {
            var client = new MqttClient(_options);
            await client.ConnectAsync();
            return client;
        }),
    };

    private static MqttClientOptions OptionsFor(TrialSettings settings) => new()
    {
        Server = MqttServer.Tcp(IPAddress.Loopback.ToString(), settings.Port),
        Version = (MqttProtocolVersion)settings.ProtocolLevel,
        MaxInFlight = settings.Window,
        Reconnect = null,
    };

    private async Task<TrialFigures> PublishAsync()
    {
        await using var client = new MqttClient(_options);
        await client.ConnectAsync();
        var publishing = _qos == MqttQos.AtMostOnce ? FloodAsync(client) : FillWindowAsync(client);
        var figures = await MeasuredSpan.TakeAsync(settings, () => Volatile.Read(ref _done));
        _isOver = true;
        await publishing;
        await client.DisconnectAsync();
        return figures with { Total = _done };
    }

    private async Task FloodAsync(MqttClient client)
    {
        await Task.Yield(); // It may complete every call at once, and must leave its caller's thread all the same.
        while (!_isOver)
        {
            await client.PublishAsync(ClientWork.Topic, Payload, _qos);
            Volatile.Write(ref _done, _done + 1);
        }
    }

    [SuppressMessage(
        "Reliability",
        "CA2012:Use ValueTasks correctly",
        Justification = "Each is awaited once, before its place in the ring is taken by the next.")]
    private async Task FillWindowAsync(MqttClient client)
    {
        await Task.Yield();

        // Twice the window, so that there is always one waiting when an acknowledgement makes room.
        var ring = new ValueTask<MqttPublishResult>[2 * settings.Window];
        var published = 0L;
        for (; !_isOver; published++)
        {
            var place = (int)(published % ring.Length);
            if (published >= ring.Length)
            {
                await ring[place];
                Volatile.Write(ref _done, _done + 1);
            }

            ring[place] = client.PublishAsync(ClientWork.Topic, Payload, _qos);
        }

        for (var next = Math.Max(0, published - ring.Length); next < published; next++)
        {
            await ring[(int)(next % ring.Length)];
            Volatile.Write(ref _done, _done + 1);
        }
    }

    private async Task<TrialFigures> ReceiveAsync()
    {
        var counter = new CountingReceiver();
        await using var client = new MqttClient(_options, counter);
        await client.ConnectAsync();
        await client.SubscribeAsync([new("bench/#", _qos)]);
        var figures = await MeasuredSpan.TakeAsync(settings, () => counter.Count);
        await client.DisconnectAsync();
        return figures with { Total = counter.Count };
    }

    private async Task<TrialFigures> ReceiveByStreamAsync()
    {
        await using var client = new MqttClient(_options);
        await client.ConnectAsync();
        await using var stream = await client.SubscribeAsync("bench/#", _qos);
        var receiving = CountAsync(stream);
        var figures = await MeasuredSpan.TakeAsync(settings, () => Volatile.Read(ref _done));
        await client.DisconnectAsync(); // Which ends the stream.
        await receiving;
        return figures with { Total = _done };
    }

    private async Task CountAsync(MqttSubscription stream)
    {
        await foreach (var message in stream)
        {
            if (message.Payload.Length == ClientWork.PayloadBytes)
            {
                Volatile.Write(ref _done, _done + 1);
            }
        }
    }

    private async Task<TrialFigures> AwaitEachAsync()
    {
        await using var client = new MqttClient(_options);
        await client.ConnectAsync();
        var trips = new RoundTrips();
        var publishing = PublishEachAsync(client, trips);
        var figures = await MeasuredSpan.TakeAsync(settings, () => trips.Count);
        _isOver = true;
        await publishing;
        await client.DisconnectAsync();
        return trips.Describe(figures) with { Total = trips.Count };
    }

    private async Task PublishEachAsync(MqttClient client, RoundTrips trips)
    {
        await Task.Yield();
        while (!_isOver)
        {
            var started = TimeProvider.System.GetTimestamp();
            await client.PublishAsync(ClientWork.Topic, Payload, _qos);
            trips.AddSince(started);
        }
    }

    private sealed class CountingReceiver : IMqttReceiver
    {
        private long _count;

        public long Count => Volatile.Read(ref _count);

        public void OnMessage(in MqttMessage message)
        {
            if (message.Payload.Length == ClientWork.PayloadBytes)
            {
                Volatile.Write(ref _count, _count + 1);
            }
        }
    }
}
