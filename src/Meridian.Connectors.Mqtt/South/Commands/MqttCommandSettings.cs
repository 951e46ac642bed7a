using System.ComponentModel.DataAnnotations;

namespace Meridian.Connectors.Mqtt.South.Commands;

/// <summary>Where commands to write a value to an item come in, and where they are answered.</summary>
public sealed record MqttCommandSettings
{
    /// <summary>
    /// What the topics of commands begin with, such as <c>meridian/set</c>: a command for item <c>speed</c> of South
    /// <c>press</c> comes on <c>meridian/set/press/speed</c>. Any South of the gateway, and any of its items that has
    /// a <c>setpoint</c>. Whoever may publish there may write to the plant: let the broker decide who that is.
    /// </summary>
    [Required]
    public required string Topic { get; init; }

    /// <summary>
    /// What the topics of answers begin with, before the names of South and item. A command of MQTT 5.0 with a Response
    /// Topic is answered there instead, with its Correlation Data.
    /// </summary>
    /// <value>None: the answer goes to the command's topic and <c>/answer</c>.</value>
    public string? AnswerTopic { get; init; }

    /// <summary>The quality of service of commands, at most, and of answers.</summary>
    /// <value>1.</value>
    [Range(0, 2)]
    public int Qos { get; init; } = 1;
}
