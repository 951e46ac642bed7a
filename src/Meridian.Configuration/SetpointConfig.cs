using System.ComponentModel.DataAnnotations;

namespace Meridian.Configuration;

/// <summary>The <c>setpoint</c> section of an item: that it may be written to, and with what.</summary>
public sealed record SetpointConfig
{
    /// <summary>What values it takes.</summary>
    /// <value>Default: number.</value>
    public SetpointType Type { get; init; } = SetpointType.Number;

    /// <summary>The least number it takes.</summary>
    /// <value>Default: not set, any.</value>
    public double? Min { get; init; }

    /// <summary>The greatest number it takes.</summary>
    /// <value>Default: not set, any.</value>
    public double? Max { get; init; }

    /// <summary>The longest text it takes, in characters: 1 to 65,535.</summary>
    /// <value>Default: 255.</value>
    [Range(1, 65_535)]
    public int MaxLength { get; init; } = 255;
}

/// <summary>What values a setpoint takes.</summary>
public enum SetpointType
{
    /// <summary>Any finite number; a connector is given a double.</summary>
    Number,

    /// <summary>A whole number.</summary>
    Whole,

    /// <summary>True or false.</summary>
    Boolean,

    /// <summary>Text.</summary>
    Text,
}
