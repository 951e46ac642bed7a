using System.Buffers;
using System.ComponentModel.DataAnnotations;
using Meridian.Configuration.Words;

namespace Meridian.Configuration.Limits;

/// <summary>
/// The rule for names of gateways, Souths and Norths. They become names of files, cursors and client identities, so
/// they are plain everywhere.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class NameRuleAttribute : ValidationAttribute, ITextRule
{
    private static readonly SearchValues<char> Allowed =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.");

    /// <inheritdoc/>
    public string Pattern => "[A-Za-z0-9][A-Za-z0-9_.\\-]{0,63}";

    /// <inheritdoc/>
    protected override ValidationResult? IsValid(object? value, ValidationContext validationContext)
    {
        var isName = value is string { Length: > 0 and <= ConfigurationLimits.MaxNameLength } name
            && char.IsAsciiLetterOrDigit(name[0])
            && !name.AsSpan().ContainsAnyExcept(Allowed);
        return isName
            ? ValidationResult.Success
            : new ValidationResult(
                $"'{validationContext.DisplayName}' is {ValueText.Of(value)}; a name has 1 to "
                + $"{ConfigurationLimits.MaxNameLength} letters (a to z), digits, '-', '_' or '.', "
                + "and begins with a letter or a digit.");
    }
}

/// <summary>The rule for names of items: anything people can read, since it is only ever shown and compared.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class ItemNameRuleAttribute : ValidationAttribute, ITextRule
{
    // No control character, and one that is not what .NET calls white space. ECMA 262 counts a character beyond
    // U+FFFF once, .NET twice, so the longest names of such characters are left to the attribute.
    private const string Blank = @" \u00A0\u1680\u2000-\u200A\u2028\u2029\u202F\u205F\u3000";

    /// <inheritdoc/>
    public string Pattern =>
        $@"(?=[{Blank}]*[^{Blank}])[^\u0000-\u001F\u007F-\u009F]{{1,{ConfigurationLimits.MaxItemNameLength}}}";

    /// <inheritdoc/>
    protected override ValidationResult? IsValid(object? value, ValidationContext validationContext)
    {
        var isName = value is string { Length: > 0 and <= ConfigurationLimits.MaxItemNameLength } name
            && !name.Any(char.IsControl)
            && !string.IsNullOrWhiteSpace(name);
        return isName
            ? ValidationResult.Success
            : new ValidationResult(
                $"'{validationContext.DisplayName}' is {ValueText.Of(value)}; an item's name has 1 to "
                + $"{ConfigurationLimits.MaxItemNameLength} characters, none of them a control character, "
                + "and is not blank.");
    }
}
