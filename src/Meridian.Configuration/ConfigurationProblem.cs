namespace Meridian.Configuration;

/// <summary>One thing that is wrong with a configuration.</summary>
/// <param name="Path">
/// Where, as <c>souths[0].items[2].payload.format</c>; empty when it is the file as a whole.
/// </param>
/// <param name="Line">The line in the file, from 1; 0 when no line can be named, as for a missing file.</param>
/// <param name="Message">What, the value, the limit and the way out; whole sentences, never a secret.</param>
public sealed record ConfigurationProblem(string Path, int Line, string Message)
{
    /// <summary>
    /// The included file in which it is, as its path from the main file's folder; empty for the main file.
    /// </summary>
    public string File { get; init; } = string.Empty;

    /// <summary>The problem in one line, such as <c>line 12: souths[0].settings.port: 'port' is 0; …</c></summary>
    public override string ToString()
    {
        var file = File.Length > 0 ? $"{File}: " : string.Empty;
        var line = Line > 0 ? $"line {Line}: " : string.Empty;
        var path = Path.Length > 0 ? $"{Path}: " : string.Empty;
        return file + line + path + Message;
    }
}
