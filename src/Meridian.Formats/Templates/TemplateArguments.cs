using System.Runtime.InteropServices;
using Meridian.Sdk.Readings;

namespace Meridian.Formats.Templates;

/// <summary>What a template is filled with. What is not set renders as nothing.</summary>
[StructLayout(LayoutKind.Auto)]
public readonly record struct TemplateArguments
{
    /// <summary>The topic, for <c>{topic}</c> and <c>{topic[n]}</c>.</summary>
    public string? Topic { get; init; }

    /// <summary>The item's name, for <c>{item}</c>.</summary>
    public string? Item { get; init; }

    /// <summary>The South's name, for <c>{south}</c>.</summary>
    public string? South { get; init; }

    /// <summary>The name that the payload gives, for <c>{name}</c>.</summary>
    public string? Name { get; init; }

    /// <summary>The column's name, for <c>{column}</c>.</summary>
    public string? Column { get; init; }

    /// <summary>The group's id, for <c>{group}</c>.</summary>
    public string? Group { get; init; }

    /// <summary>The edge node's id, for <c>{node}</c>.</summary>
    public string? Node { get; init; }

    /// <summary>The device's id, for <c>{device}</c>.</summary>
    public string? Device { get; init; }

    /// <summary>The metric's name, for <c>{metric}</c>.</summary>
    public string? Metric { get; init; }

    /// <summary>Where it begins, for <c>{start}</c>.</summary>
    public string? Start { get; init; }

    /// <summary>Where it ends, for <c>{end}</c>.</summary>
    public string? End { get; init; }

    /// <summary>The reading, for <c>{point}</c>, <c>{value}</c>, <c>{timestamp}</c> and <c>{quality}</c>.</summary>
    public Reading Reading { get; init; }
}
