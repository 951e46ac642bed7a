namespace Meridian.Sdk.Settings;

/// <summary>
/// A password, token or key. It prints as <c>***</c> and leaves only into the connector that needs it.
/// </summary>
/// <param name="value">The secret itself.</param>
public sealed class Secret(string value)
{
    private readonly string _value = value;

    /// <summary>The secret itself, for the one call that needs it.</summary>
    public string Reveal() => _value;

    /// <summary><c>***</c>, always.</summary>
    public override string ToString() => "***";
}
