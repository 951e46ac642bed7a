using Meridian.Configuration.Words;

namespace Meridian.Configuration.Limits;

/// <summary>A value that is one of a few, or none of a few.</summary>
/// <param name="Values">The few.</param>
/// <param name="IsDenied">Whether they are the ones refused.</param>
internal sealed record ChoiceLimit(IReadOnlyList<object> Values, bool IsDenied) : Limit
{
    /// <inheritdoc/>
    public override string? Objection(string name, object value)
    {
        if (Values.Any(choice => IsSame(choice, value)) != IsDenied)
        {
            return null;
        }

        var list = string.Join(", ", Values.Select(ValueText.Of));
        return $"'{name}' is {ValueText.Of(value)}; it must {(IsDenied ? "not be" : "be")} one of {list}.";
    }

    // Attributes can write an int where the setting is a byte, a long or a double.
    private static bool IsSame(object choice, object value) =>
        choice.Equals(value)
        || (Magnitude.Has(choice.GetType()) && Magnitude.Has(value.GetType())
            && Magnitude.Of(choice) == Magnitude.Of(value));
}
