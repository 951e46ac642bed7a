namespace Meridian.Configuration.Conditions;

/// <summary>When a setting is used: while all terms hold. Terms of the settings it depends on are among them.</summary>
/// <param name="Terms">The terms, the setting's own first; at least one.</param>
/// <param name="IsRequired">Whether the file must set the setting while they hold.</param>
internal sealed record FieldCondition(IReadOnlyList<ConditionTerm> Terms, bool IsRequired)
{
    /// <summary>Whether it holds in a file that sets nothing.</summary>
    public bool HoldsByDefault => Terms.All(term => term.HoldsByDefault);

    /// <summary>In words: <c>'auth' is 'basic' or 'digest' and 'tls' is true</c>.</summary>
    public string Describe() => string.Join(" and ", Terms.Select(term => term.Describe()));
}
