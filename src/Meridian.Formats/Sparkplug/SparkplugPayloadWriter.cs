using Meridian.Formats.Sparkplug.Wire;

namespace Meridian.Formats.Sparkplug;

/// <summary>
/// Writes a payload metric by metric, so that its size is known while it grows: begin, add, end, and again. One caller
/// at a time.
/// </summary>
public sealed class SparkplugPayloadWriter
{
    private readonly ProtoWriter _writer = new();

    /// <summary>How many metrics the payload has so far.</summary>
    public int Count { get; private set; }

    /// <summary>How many bytes it has so far.</summary>
    public int LengthBytes => _writer.Length;

    /// <summary>Begins a payload; what was written before is gone.</summary>
    /// <param name="timestampMilliseconds">When it is published; null leaves it out.</param>
    public void Begin(ulong? timestampMilliseconds)
    {
        _writer.Clear();
        Count = 0;
        PayloadWriter.WriteNumber(_writer, 1, timestampMilliseconds);
    }

    /// <summary>Adds a metric.</summary>
    /// <param name="metric">The metric.</param>
    public void Add(SparkplugMetric metric)
    {
        ArgumentNullException.ThrowIfNull(metric);

        PayloadWriter.WriteMetric(_writer, 2, metric);
        Count++;
    }

    /// <summary>Adds a metric, unless the payload would then have more bytes than a limit.</summary>
    /// <param name="metric">The metric.</param>
    /// <param name="maxBytes">The limit.</param>
    /// <returns>Whether it was added.</returns>
    public bool TryAdd(SparkplugMetric metric, int maxBytes)
    {
        var before = LengthBytes;
        Add(metric);
        if (LengthBytes <= maxBytes)
        {
            return true;
        }

        _writer.CutTo(before);
        Count--;
        return false;
    }

    /// <summary>Ends the payload.</summary>
    /// <param name="sequence">The sequence number; null leaves it out.</param>
    /// <param name="uuid">The identifier of the payload's schema; null leaves it out.</param>
    /// <param name="body">The application's own bytes; empty leaves them out.</param>
    /// <returns>The bytes; lent until the next begin.</returns>
    public ReadOnlyMemory<byte> End(ulong? sequence, string? uuid = null, ReadOnlyMemory<byte> body = default)
    {
        PayloadWriter.WriteNumber(_writer, 3, sequence);
        PayloadWriter.WriteText(_writer, 4, uuid);
        if (!body.IsEmpty)
        {
            _writer.WriteBytes(5, body.Span);
        }

        return _writer.Written;
    }
}
