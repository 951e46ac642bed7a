namespace Meridian.Formats.Sparkplug;

/// <summary>A table (Sparkplug 3.0 §6.4.11). Immutable.</summary>
public sealed record SparkplugDataSet
{
    /// <summary>The names of the columns.</summary>
    /// <value>Default: empty.</value>
    public IReadOnlyList<string> Columns { get; init; } = [];

    /// <summary>The types of the columns, as many as names [tck-id-payloads-dataset-column-num-headers].</summary>
    /// <value>Default: empty.</value>
    public IReadOnlyList<SparkplugDataType> Types { get; init; } = [];

    /// <summary>The rows; each has a value per column, none for null.</summary>
    /// <value>Default: empty.</value>
    public IReadOnlyList<IReadOnlyList<SparkplugValue>> Rows { get; init; } = [];
}

/// <summary>A structure of metrics, or its definition (Sparkplug 3.0 §6.4.14). Immutable.</summary>
public sealed record SparkplugTemplate
{
    /// <summary>Its version; null when it does not say.</summary>
    public string? Version { get; init; }

    /// <summary>The name of the definition that an instance follows; null for a definition.</summary>
    public string? Reference { get; init; }

    /// <summary>Whether it defines a structure and is no value.</summary>
    public bool IsDefinition { get; init; }

    /// <summary>Its members.</summary>
    /// <value>Default: empty.</value>
    public IReadOnlyList<SparkplugMetric> Metrics { get; init; } = [];

    /// <summary>Its parameters.</summary>
    /// <value>Default: empty.</value>
    public IReadOnlyList<SparkplugProperty> Parameters { get; init; } = [];
}
