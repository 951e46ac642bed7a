namespace Meridian.Sdk.Settings;

/// <summary>
/// A setting whose shape the user chooses: a text, an object or a list of JSON, with anything in it. References such
/// as <c>${env:NAME}</c> in its texts, not in its names, are followed before.
/// </summary>
public readonly record struct FreeJson
{
    private readonly string? _json;

    /// <summary>Keeps a JSON value.</summary>
    /// <param name="json">The JSON, valid; it is not checked here.</param>
    public FreeJson(string json)
    {
        ArgumentNullException.ThrowIfNull(json);
        _json = json;
    }

    /// <summary>The JSON.</summary>
    /// <value>Default: <c>null</c>, where nothing was given.</value>
    public string Json => _json ?? "null";

    /// <summary>What kind of JSON it is, and nothing of it: a token from elsewhere may stand in it.</summary>
    /// <returns>Such as <c>(JSON object)</c>.</returns>
    public override string ToString() => Json.AsSpan().TrimStart() switch
    {
        ['{', ..] => "(JSON object)",
        ['[', ..] => "(JSON list)",
        ['"', ..] => "(JSON text)",
        _ => "(JSON)",
    };
}
