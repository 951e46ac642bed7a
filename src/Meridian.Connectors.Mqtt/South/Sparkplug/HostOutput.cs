using System.Globalization;
using Meridian.Sdk.Intakes;
using Meridian.Sdk.Readings;

namespace Meridian.Connectors.Mqtt.South.Sparkplug;

/// <summary>What becomes of one message. Used again for the next.</summary>
internal sealed class HostOutput
{
    private string? _firstProblem;
    private int _problemCount;

    public List<Reading> Readings { get; } = [];

    public List<Checkpoint> Checkpoints { get; } = [];

    /// <summary>Whether the edge node is to be asked for its births.</summary>
    public bool WantsRebirth { get; set; }

    /// <summary>Why the payload is to be kept as it came, beside the readings; null when all of it was read.</summary>
    public string? Problem => _problemCount > 1
        ? string.Create(CultureInfo.InvariantCulture, $"{_firstProblem} So it is with {_problemCount} metrics.")
        : _firstProblem;

    public void AddProblem(string problem)
    {
        _firstProblem ??= problem;
        _problemCount++;
    }

    public void Clear()
    {
        Readings.Clear();
        Checkpoints.Clear();
        WantsRebirth = false;
        _firstProblem = null;
        _problemCount = 0;
    }
}
