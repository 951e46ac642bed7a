using System.ComponentModel.DataAnnotations;
using System.Text.RegularExpressions;
using Meridian.Configuration.Words;
using Meridian.Sdk.Settings;

namespace Meridian.Configuration.Limits;

/// <summary>A text that a pattern describes from its first character to its last.</summary>
/// <param name="Pattern">The regular expression.</param>
/// <param name="Requirement">What the pattern means, "it must …"; null when nobody said.</param>
internal sealed record PatternLimit(string Pattern, string? Requirement) : Limit
{
    private readonly RegularExpressionAttribute _attribute = new(Pattern);

    /// <inheritdoc/>
    public override string? Objection(string name, object value) => Matches(value)
        ? null
        : $"'{name}' is {ValueText.Of(value)}; {Requirement ?? $"it must match the pattern {Pattern}"}.";

    private bool Matches(object value)
    {
        try
        {
            return _attribute.IsValid(value is Secret secret ? secret.Reveal() : value);
        }
        catch (RegexMatchTimeoutException)
        {
            // A text on which the pattern runs for seconds is none that the author of the pattern had in mind.
            return false;
        }
    }
}
