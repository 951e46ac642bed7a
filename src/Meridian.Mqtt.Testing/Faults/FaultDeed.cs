namespace Meridian.Mqtt.Testing.Faults;

/// <summary>What a fault does to a packet.</summary>
internal enum FaultDeed
{
    /// <summary>Nothing yet: the fault is not armed.</summary>
    None,
    Drop,
    Cut,
    CutAfter,
    CutWithin,
    Delay,
    Duplicate,
    Alter,
}
