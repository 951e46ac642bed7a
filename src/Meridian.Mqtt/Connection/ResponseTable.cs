using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using Meridian.Mqtt.Wire;

namespace Meridian.Mqtt.Connection;

/// <summary>
/// Requests that wait for their answer, by number. All answers come through one subscription, whose topic nobody else
/// can guess; what is late or foreign there is dropped. Thread-safe.
/// </summary>
internal sealed class ResponseTable(ClientState state)
{
    private readonly ConcurrentDictionary<ulong, TaskCompletionSource<MqttReceivedMessage>> _pending =
        new(concurrencyLevel: 1, capacity: 1);
    private readonly string _token = RandomNumberGenerator.GetHexString(16, lowercase: true);
    private readonly Lock _lock = new();
    private Task _subscribing = Task.CompletedTask;
    private string? _topic;
    private string? _filter;
    private ulong _last;

    /// <summary>Sends a request and waits for its answer.</summary>
    /// <param name="message">The request.</param>
    /// <param name="publish">How it is published.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public async Task<MqttReceivedMessage> RequestAsync(
        MqttApplicationMessage message,
        Func<MqttApplicationMessage, CancellationToken, ValueTask<MqttPublishResult>> publish,
        CancellationToken cancellationToken)
    {
        Link link;
        lock (state.Gate)
        {
            link = state.Link ?? throw state.WhyNoLink;
        }

        await SubscribeAsync(link).WaitAsync(cancellationToken).ConfigureAwait(false);
        var number = Interlocked.Increment(ref _last);
        var answer = new TaskCompletionSource<MqttReceivedMessage>(TaskCreationOptions.RunContinuationsAsynchronously);
        _pending[number] = answer;
        try
        {
            var result = await publish(ToRequest(message, number, link.Version), cancellationToken)
                .ConfigureAwait(false);
            if (result.ReasonCode == MqttReasonCode.NoMatchingSubscribers && !message.IsRetained)
            {
                throw new MqttRejectedException(
                    result.ReasonCode, $"Nobody has subscribed to '{message.Topic}', so no answer can come.");
            }

            return await answer.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _pending.TryRemove(number, out _);
        }
    }

    /// <summary>Takes what was sent to the topic of the answers.</summary>
    public bool TryTake(in PublishPacket packet)
    {
        if (Volatile.Read(ref _topic) is not { } topic || !packet.Topic.StartsWith(topic, StringComparison.Ordinal))
        {
            return false;
        }

        if (TryReadNumber(packet, topic.Length, out var number) && _pending.TryRemove(number, out var answer))
        {
            answer.TrySetResult(new MqttReceivedMessage(packet, MqttReceivedMessage.Copy(packet.Payload)));
        }

        return true;
    }

    /// <summary>The server does not renew the subscription: the next request asks for it anew.</summary>
    public void OnRefused(MqttSubscribeResult result)
    {
        lock (_lock)
        {
            if (!result.Filter.Equals(_filter, StringComparison.Ordinal))
            {
                return;
            }

            _filter = null;
        }

        FailAll(Refused(result));
    }

    public void FailAll(MqttException reason)
    {
        foreach (var answer in _pending.Values)
        {
            answer.TrySetException(reason.Copy());
        }
    }

    private Task SubscribeAsync(Link link)
    {
        var is5 = link.Version >= MqttProtocolVersion.V50;
        var prefix = link.Result.ResponseInformation is { Length: > 0 } given
            ? given
            : state.Options.ResponseTopicPrefix;
        var topic = $"{prefix.TrimEnd('/')}/{_token}";
        var filter = is5 ? topic : topic + "/+";
        lock (_lock)
        {
            if (!filter.Equals(_filter, StringComparison.Ordinal) || _subscribing.IsFaulted)
            {
                _filter = filter;
                Volatile.Write(ref _topic, topic);
                _subscribing = SubscribeAsync(filter);
            }

            return _subscribing;
        }
    }

    private async Task SubscribeAsync(string filter)
    {
        var codes = await state.Requests
            .SubscribeAsync([new MqttSubscriptionRequest(filter, MqttQos.AtLeastOnce)])
            .ConfigureAwait(false);
        var result = new MqttSubscribeResult(filter, (MqttReasonCode)codes[0]);
        if (!result.IsGranted)
        {
            throw Refused(result);
        }
    }

    private MqttApplicationMessage ToRequest(MqttApplicationMessage message, ulong number, MqttProtocolVersion version)
    {
        if (version < MqttProtocolVersion.V50)
        {
            return message with
            {
                Topic = string.Create(CultureInfo.InvariantCulture, $"{message.Topic}/{_token}/{number}"),
            };
        }

        var correlation = new byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64BigEndian(correlation, number);
        return message with
        {
            Properties = (message.Properties ?? new MqttMessageProperties()) with
            {
                ResponseTopic = _topic,
                CorrelationData = correlation,
            },
        };
    }

    /// <summary>From the Correlation Data or, before 5.0, from the last level of the topic.</summary>
    private static bool TryReadNumber(in PublishPacket packet, int topicLength, out ulong number)
    {
        if (packet.Properties?.CorrelationData is { Length: sizeof(ulong) } correlation)
        {
            number = BinaryPrimitives.ReadUInt64BigEndian(correlation.Span);
            return true;
        }

        number = 0;
        return packet.Topic.Length > topicLength && packet.Topic[topicLength] == '/' && ulong.TryParse(
            packet.Topic.AsSpan(topicLength + 1), NumberStyles.None, CultureInfo.InvariantCulture, out number);
    }

    private static MqttRejectedException Refused(MqttSubscribeResult result) => new(
        result.ReasonCode,
        $"The server refused the Topic Filter '{result.Filter}' for answers to requests: {result.ReasonCode}. "
        + "Allow it there, or choose another ResponseTopicPrefix.");
}
