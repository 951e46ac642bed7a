using Meridian.Configuration.Json;
using Meridian.Configuration.References;
using Meridian.Configuration.Words;

namespace Meridian.Configuration.Binding;

/// <summary>What one reading of a configuration shares: where problems are gathered and references lead.</summary>
/// <param name="environment">Where references lead.</param>
internal sealed class BindingContext(IConfigurationEnvironment environment)
{
    private readonly List<ConfigurationProblem> _problems = [];

    /// <summary>Follows references in texts.</summary>
    public ReferenceResolver References { get; } = new(environment);

    /// <summary>What is wrong so far, in the order found.</summary>
    public IReadOnlyList<ConfigurationProblem> Problems => _problems;

    /// <summary>
    /// A member's text in quotes for a message, as the file has it: what a reference stands for may be a password, and
    /// cannot be told from the text around it once it is in there.
    /// </summary>
    public static string QuoteWritten(ObjectSyntax syntax, string member) =>
        ValueText.Quote(syntax.Members
            .Where(one => string.Equals(one.Name, member, StringComparison.Ordinal))
            .Select(static one => one.Value).OfType<TextSyntax>().FirstOrDefault()?.Text ?? string.Empty);

    /// <summary>Adds a problem.</summary>
    public void Report(SettingsPath path, int line, string message) =>
        _problems.Add(new ConfigurationProblem(path.ToString(), line, message) { File = path.File });

    /// <summary>Adds a problem of something below a place.</summary>
    /// <param name="path">The place.</param>
    /// <param name="relative">The way from there, such as <c>items[2].topic</c>.</param>
    /// <param name="line">The line.</param>
    /// <param name="message">What is wrong.</param>
    public void Report(SettingsPath path, string relative, int line, string message) =>
        _problems.Add(new ConfigurationProblem(path.Append(relative), line, message) { File = path.File });
}
