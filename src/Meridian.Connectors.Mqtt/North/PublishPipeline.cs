using System.Runtime.CompilerServices;
using Meridian.Connectors.Mqtt.Connection;
using Meridian.Mqtt;
using Meridian.Sdk.North;

namespace Meridian.Connectors.Mqtt.North;

/// <summary>
/// The publications of one batch that are on their way, oldest first. Each is awaited once, in order, so that what has
/// succeeded without a gap is known. Used by one call at a time; reused from batch to batch.
/// </summary>
internal sealed class PublishPipeline
{
    private readonly MqttNorthSettings _settings;
    private readonly ValueTask<MqttPublishResult>[] _publications;
    private readonly int[] _indexes;
    private readonly List<Rejection> _rejections = [];
    private int _first;
    private int _count;

    /// <param name="settings">
    /// With the client's window. Twice as many are given to it, so that the window never runs dry.
    /// </param>
    public PublishPipeline(MqttNorthSettings settings)
    {
        _settings = settings;
        _publications = new ValueTask<MqttPublishResult>[settings.Window * 2];
        _indexes = new int[settings.Window * 2];
    }

    public bool IsFull => _count == _publications.Length;

    /// <summary>Why the first publication that could not be delivered failed; null when all is well so far.</summary>
    public MqttException? Failure { get; private set; }

    /// <summary>The index in the batch of the first that failed.</summary>
    public int FailedIndex { get; private set; }

    /// <summary>What the broker will never take, by ascending index.</summary>
    public IReadOnlyList<Rejection> Rejections => _rejections;

    public void Begin()
    {
        Failure = null;
        FailedIndex = int.MaxValue;
        _rejections.Clear();
    }

    public void Add(int index, ValueTask<MqttPublishResult> publication)
    {
        var place = (_first + _count++) % _publications.Length;
        _publications[place] = publication;
        _indexes[place] = index;
    }

    public void Reject(int index, string reason) => _rejections.Add(new Rejection(index, reason));

    /// <summary>
    /// Awaits the oldest publication and notes what became of it. Pooled, because it is awaited per message.
    /// </summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    public async ValueTask AwaitOldestAsync()
    {
        var publication = _publications[_first];
        var index = _indexes[_first];
        _publications[_first] = default;
        _first = (_first + 1) % _publications.Length;
        _count--;
        try
        {
            await publication.ConfigureAwait(false);
        }
        catch (MqttRejectedException rejected) when (MqttFaults.IsOfTheMessage(rejected))
        {
            Reject(index, ConnectionWords.SentencesOf(rejected, _settings));
        }
        catch (MqttException failure)
        {
            Failure ??= failure;
            FailedIndex = Math.Min(FailedIndex, index);
        }
    }

    /// <summary>Awaits all that is left, whatever becomes of it: none may outlive the batch.</summary>
    public async ValueTask AwaitAllAsync()
    {
        OperationCanceledException? cancelled = null;
        while (_count > 0)
        {
            try
            {
                await AwaitOldestAsync().ConfigureAwait(false);
            }
            catch (OperationCanceledException stop)
            {
                cancelled = stop;
            }
        }

        if (cancelled is not null)
        {
            throw new OperationCanceledException(
                "The batch was not delivered to its end.", cancelled, cancelled.CancellationToken);
        }
    }
}
