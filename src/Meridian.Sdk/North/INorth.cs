namespace Meridian.Sdk.North;

/// <summary>A connector that delivers. It implements at least one of the capabilities beside this file.</summary>
public interface INorth : IConnector;

/// <summary>What a North promises, from the journal on; stated in its README.</summary>
public enum DeliveryGuarantee
{
    /// <summary>Nothing is kept: a console, a counter.</summary>
    None,

    /// <summary>Everything arrives; after a fault some may arrive again.</summary>
    AtLeastOnce,

    /// <summary>Everything arrives, and what is sent again is recognised by its key or name.</summary>
    EffectivelyOnce,

    /// <summary>Everything arrives once: data and position are one transaction at the destination.</summary>
    ExactlyOnce,
}
