using Meridian.Mqtt;
using Meridian.Sdk.Intakes;
using Meridian.Sdk.Readings;

namespace Meridian.Connectors.Mqtt.South.Gathering;

/// <summary>
/// One buffer of readings with the acknowledgements that their messages wait for. It is filled by the read loop, then
/// lent to the engine as one intake, and used again when the intake's receipt has come.
/// </summary>
internal sealed class GatheredReadings(GatheringBuffer owner) : IReceipt
{
    private const int InitialPlaces = 256;

    private readonly List<GroupRun> _groups = [];
    private Reading[] _readings = new Reading[InitialPlaces];
    private MqttAcknowledgement[] _acknowledgements = new MqttAcknowledgement[InitialPlaces];
    private int _acknowledgementCount;

    public int Count { get; private set; }

    public long Bytes { get; private set; }

    /// <summary>How many came at QoS 0: nobody sends these again.</summary>
    public int UnacknowledgeableCount => Count - _acknowledgementCount;

    public ReadOnlySpan<MqttAcknowledgement> Acknowledgements => _acknowledgements.AsSpan(0, _acknowledgementCount);

    public void Add(
        in Reading reading, string? group, in MqttAcknowledgement acknowledgement, long payloadBytes)
    {
        if (Count == _readings.Length)
        {
            Array.Resize(ref _readings, Count * 2);
        }

        _readings[Count++] = reading;
        AddGroup(group);
        Bytes += payloadBytes;
        if (acknowledgement.IsEmpty)
        {
            return;
        }

        if (_acknowledgementCount == _acknowledgements.Length)
        {
            Array.Resize(ref _acknowledgements, _acknowledgementCount * 2);
        }

        _acknowledgements[_acknowledgementCount++] = acknowledgement;
    }

    public Intake ToIntake() =>
        new(new ReadingsContent(_readings.AsMemory(0, Count)) { Groups = _groups }) { Receipt = this };

    /// <inheritdoc/>
    public void Stored() => owner.Stored(this);

    public void Clear()
    {
        // Names and payloads shall not live on in a buffer that waits to be used.
        Array.Clear(_readings, 0, Count);
        _groups.Clear();
        Count = 0;
        Bytes = 0;
        _acknowledgementCount = 0;
    }

    private void AddGroup(string? group)
    {
        if (_groups.Count > 0 && string.Equals(_groups[^1].Group, group, StringComparison.Ordinal))
        {
            _groups[^1] = _groups[^1] with { Count = _groups[^1].Count + 1 };
        }
        else
        {
            _groups.Add(new GroupRun(1, group));
        }
    }
}
