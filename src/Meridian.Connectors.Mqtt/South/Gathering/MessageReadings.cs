using System.Runtime.InteropServices;
using Meridian.Sdk.Intakes;
using Meridian.Sdk.Readings;

namespace Meridian.Connectors.Mqtt.South.Gathering;

/// <summary>
/// The readings of one message, with their groups: stored together or not at all. Belongs to the read loop, which uses
/// it again.
/// </summary>
internal sealed class MessageReadings
{
    private readonly List<Reading> _readings = [];
    private readonly List<GroupRun> _groups = [];

    public ReadOnlySpan<Reading> Readings => CollectionsMarshal.AsSpan(_readings);

    public IReadOnlyList<GroupRun> Groups => _groups;

    /// <summary>What is stored in the same record.</summary>
    public List<Checkpoint> Checkpoints { get; } = [];

    public void Add(in Reading reading, string? group)
    {
        _readings.Add(reading);
        if (_groups.Count > 0 && string.Equals(_groups[^1].Group, group, StringComparison.Ordinal))
        {
            _groups[^1] = _groups[^1] with { Count = _groups[^1].Count + 1 };
        }
        else
        {
            _groups.Add(new GroupRun(1, group));
        }
    }

    public void Clear()
    {
        _readings.Clear();
        _groups.Clear();
        Checkpoints.Clear();
    }
}
