using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using Meridian.Configuration.Shapes;

namespace Meridian.Configuration.Limits;

/// <summary>The validation attributes of a property → its limits.</summary>
internal static class LimitReader
{
    /// <summary>Reads the limits of a property.</summary>
    /// <exception cref="ArgumentException">A range does not fit the type of its property.</exception>
    public static IReadOnlyList<Limit> Read(PropertyInfo property, ValueShape value) =>
        [.. property.GetCustomAttributes<ValidationAttribute>().Select(attribute => Read(attribute, property, value))];

    private static Limit Read(ValidationAttribute attribute, PropertyInfo property, ValueShape value) =>
        attribute switch
        {
            RangeAttribute range => ReadRange(range, property, value),
            LengthAttribute length => new LengthLimit(length.MinimumLength, length.MaximumLength),
            MinLengthAttribute length => new LengthLimit(length.Length, Most: null),
            MaxLengthAttribute length => new LengthLimit(0, length.Length),
            StringLengthAttribute length => new LengthLimit(length.MinimumLength, length.MaximumLength),
            RequiredAttribute required => new LengthLimit(required.AllowEmptyStrings ? 0 : 1, Most: null),
            RegularExpressionAttribute pattern => new PatternLimit(pattern.Pattern, pattern.ErrorMessage),
            AllowedValuesAttribute allowed => new ChoiceLimit([.. allowed.Values.OfType<object>()], IsDenied: false),
            DeniedValuesAttribute denied => new ChoiceLimit([.. denied.Values.OfType<object>()], IsDenied: true),
            _ => new OtherLimit(attribute),
        };

    private static RangeLimit ReadRange(RangeAttribute range, PropertyInfo property, ValueShape value)
    {
        var least = ReadBound(range.Minimum, property, value);
        var most = ReadBound(range.Maximum, property, value);
        return new RangeLimit(
            IsOpen(range.Minimum, value.Type) ? null : least,
            IsOpen(range.Maximum, value.Type) ? null : most,
            range.MinimumIsExclusive,
            range.MaximumIsExclusive);
    }

    // The ends of the type and the infinities are how an attribute says "no bound on this side".
    private static bool IsOpen(object bound, Type type) =>
        (bound is int.MaxValue or int.MinValue && type == typeof(int))
        || bound is double.MaxValue or double.MinValue or double.PositiveInfinity or double.NegativeInfinity;

    // Bounds are written like values in the file: [Range(typeof(TimeSpan), "0 s", "10 min")].
    private static object ReadBound(object bound, PropertyInfo property, ValueShape value)
    {
        if (value is ScalarShape scalar && Magnitude.Has(scalar.Type))
        {
            var isNumber = bound is int or double;
            if (isNumber && scalar.Type.IsPrimitive)
            {
                return bound;
            }

            var text = Convert.ToString(bound, CultureInfo.InvariantCulture) ?? string.Empty;
            if (scalar.Read(text).Value is { } read)
            {
                return read;
            }
        }

        throw new ArgumentException(
            $"The bound '{bound}' of {property.DeclaringType}.{property.Name} is not {value.Noun}, "
            + $"such as {value.Example}; write the range with typeof({property.PropertyType.Name}) and texts.",
            nameof(property));
    }
}
