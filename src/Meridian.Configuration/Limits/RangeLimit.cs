using Meridian.Configuration.Words;

namespace Meridian.Configuration.Limits;

/// <summary>A value between two others.</summary>
/// <param name="Least">The least value, of the setting's type; null when only the other side is bounded.</param>
/// <param name="Most">The greatest value, of the setting's type; null when only the other side is bounded.</param>
/// <param name="IsLeastExcluded">Whether the least value itself is refused.</param>
/// <param name="IsMostExcluded">Whether the greatest value itself is refused.</param>
internal sealed record RangeLimit(object? Least, object? Most, bool IsLeastExcluded, bool IsMostExcluded) : Limit
{
    /// <inheritdoc/>
    public override string? Objection(string name, object value)
    {
        var magnitude = Magnitude.Of(value);
        var isHighEnough = Least is null
            || (IsLeastExcluded ? magnitude > Magnitude.Of(Least) : magnitude >= Magnitude.Of(Least));
        var isLowEnough = Most is null
            || (IsMostExcluded ? magnitude < Magnitude.Of(Most) : magnitude <= Magnitude.Of(Most));
        return isHighEnough && isLowEnough ? null : $"'{name}' is {ValueText.Of(value)}; it must be {Describe()}.";
    }

    private string Describe()
    {
        var least = Least is null ? null : (IsLeastExcluded ? "more than " : "at least ") + ValueText.Of(Least);
        var most = Most is null ? null : (IsMostExcluded ? "less than " : "at most ") + ValueText.Of(Most);
        return string.Join(" and ", new[] { least, most }.Where(part => part is not null));
    }
}
