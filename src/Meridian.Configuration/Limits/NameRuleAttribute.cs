using System.Buffers;
using System.ComponentModel.DataAnnotations;
using Meridian.Configuration.Words;

namespace Meridian.Configuration.Limits;

/// <summary>
/// The rule for names of gateways, Souths and Norths. They become names of files, cursors and client identities, so
/// they are
/// plain everywhere.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class NameRuleAttribute : ValidationAttribute
{
    private static readonly SearchValues<char> Allowed =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.");

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
internal sealed class ItemNameRuleAttribute : ValidationAttribute
{
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
