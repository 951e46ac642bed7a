using System.ComponentModel.DataAnnotations;

namespace Meridian.Configuration.Limits;

/// <summary>A validation attribute that we have no words of our own for; it speaks for itself.</summary>
/// <param name="Attribute">The attribute.</param>
internal sealed record OtherLimit(ValidationAttribute Attribute) : Limit
{
    /// <summary>The whole text as a pattern; null when only the attribute itself can tell.</summary>
    public string? Pattern => (Attribute as ITextRule)?.Pattern;

    /// <inheritdoc/>
    public override string? Objection(string name, object value)
    {
        var context = new ValidationContext(value) { DisplayName = name, MemberName = name };
        return Attribute.GetValidationResult(value, context)?.ErrorMessage;
    }
}
