using Meridian.Configuration;
using Meridian.Sdk.North;

namespace Meridian.Engine.Tests.Peers;

/// <summary>
/// A destination that knows batches by their key and by nothing else: one that it has answered gets the same answer
/// again, and nothing of it is stored twice. It sees to it that one key never stands for two contents.
/// </summary>
internal sealed class KeyedPeer : NorthPeer
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, DeliveryOutcome> _answers = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _contents = new(StringComparer.Ordinal);
    private readonly List<string> _keys = [];

    public KeyedPeer() => Answer(TakeOnce);

    /// <summary>What is said of a batch whose key is new; it stores what it says is delivered.</summary>
    public Func<ValuesBatch, DeliveryOutcome> OnNew { get; set; } = static _ => DeliveryOutcome.Delivered;

    /// <summary>The keys of all tries, in order.</summary>
    public IReadOnlyList<string> Keys
    {
        get
        {
            lock (_lock)
            {
                return [.. _keys];
            }
        }
    }

    /// <summary>What came with each key.</summary>
    public IReadOnlyDictionary<string, string> Contents
    {
        get
        {
            lock (_lock)
            {
                return new Dictionary<string, string>(_contents, StringComparer.Ordinal);
            }
        }
    }

    public NorthConfig ConfigOnce(string name, int maxReadings = 10_000)
    {
        var config = Config(name, maxReadings);
        return config with { Manifest = config.Manifest with { NeedsExactBatches = true } };
    }

    public DeliveryOutcome TakeOnce(ValuesBatch batch)
    {
        Note(batch);
        lock (_lock)
        {
            if (_answers.TryGetValue(batch.Key, out var known))
            {
                return known;
            }

            var outcome = OnNew(batch);
            var refused = outcome.Rejections?.Select(static one => one.Index).ToHashSet() ?? [];
            Store(batch, outcome.Kind switch
            {
                DeliveryOutcomeKind.Delivered => Enumerable.Range(0, batch.Readings.Length).Except(refused),
                DeliveryOutcomeKind.Retry => Enumerable.Range(0, outcome.DeliveredCount),
                _ => [],
            });
            if (outcome.Kind != DeliveryOutcomeKind.Retry || outcome.DeliveredCount > 0)
            {
                _answers.Add(batch.Key, outcome);
            }

            return outcome;
        }
    }

    /// <summary>A try comes in, whatever becomes of it.</summary>
    public void Note(ValuesBatch batch)
    {
        var content = string.Join('\n', batch.Readings.ToArray().Zip(batch.Positions.ToArray()));
        lock (_lock)
        {
            _keys.Add(batch.Key);
            Assert.InRange(batch.Key.Length, 1, 140);
            Assert.All(batch.Key, static one => Assert.True(char.IsAsciiLetterOrDigit(one) || one is '-'));
            _ = _contents.TryAdd(batch.Key, content);
            Assert.Equal(_contents[batch.Key], content);
        }
    }
}
