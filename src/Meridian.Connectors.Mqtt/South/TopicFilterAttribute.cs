using System.ComponentModel.DataAnnotations;
using Meridian.Mqtt;

namespace Meridian.Connectors.Mqtt.South;

/// <summary>
/// The text must be a valid Topic Filter. As an attribute it is found however much else is wrong in the file.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class TopicFilterAttribute : ValidationAttribute
{
    /// <inheritdoc/>
    protected override ValidationResult? IsValid(object? value, ValidationContext validationContext) =>
        TopicFilter.IsValid(value as string, out var problem)
            ? ValidationResult.Success
            : new ValidationResult(problem);
}
