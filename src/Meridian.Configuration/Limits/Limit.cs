namespace Meridian.Configuration.Limits;

/// <summary>
/// One thing that the value of a setting must obey. A closed family that the schema's writer can read.
/// </summary>
internal abstract record Limit
{
    /// <summary>What is wrong with a value.</summary>
    /// <param name="name">The setting's name.</param>
    /// <param name="value">The value, of the setting's type.</param>
    /// <returns>A whole sentence with name, value and limit; null when the value obeys.</returns>
    public abstract string? Objection(string name, object value);
}
