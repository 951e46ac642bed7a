namespace Meridian.Configuration.Scalars;

/// <summary>What reading a scalar gave: the value, or nothing and perhaps a hint.</summary>
/// <param name="Value">The value; null when the text stands for none.</param>
/// <param name="Hint">A sentence that helps where "expected … found …" does not say it all; may be null.</param>
internal readonly record struct ScalarReading(object? Value, string? Hint = null)
{
    /// <summary>The value, or the plain fact that there is none.</summary>
    public static ScalarReading If(bool read, object? value) => new(read ? value : null);
}

/// <summary>The ways a scalar may be written in JSON.</summary>
[Flags]
internal enum ScalarForms
{
    /// <summary>In quotes.</summary>
    Text = 1,

    /// <summary>As a JSON number.</summary>
    Number = 2,

    /// <summary>As true or false.</summary>
    Boolean = 4,
}
