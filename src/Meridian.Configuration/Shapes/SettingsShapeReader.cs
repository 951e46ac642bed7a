using System.ComponentModel;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization;
using Meridian.Configuration.Limits;
using Meridian.Sdk.Settings;

namespace Meridian.Configuration.Shapes;

/// <summary>A settings record's type → its shape. The only place that looks at attributes of properties.</summary>
internal static class SettingsShapeReader
{
    /// <summary>Reads a type.</summary>
    /// <exception cref="ArgumentException">The type cannot be a settings record; the message says why.</exception>
    public static SettingsShape Read(Type type)
    {
        if (type.IsAbstract || type.GetConstructor(Type.EmptyTypes) is null)
        {
            throw new ArgumentException(
                $"The settings record {type} needs a public constructor without parameters; "
                + "write its properties as init.",
                nameof(type));
        }

        var defaults = Create(type);
        var nullability = new NullabilityInfoContext();
        SettingsProperty[] properties =
        [
            .. type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
                .Where(IsSetting)
                .Select(property => ReadProperty(property, defaults, nullability)),
        ];
        return new SettingsShape(type, properties, () => Create(type));
    }

    private static bool IsSetting(PropertyInfo property) =>
        property.SetMethod is { IsPublic: true }
        && property.GetMethod is not null
        && property.GetIndexParameters().Length == 0
        && property.GetCustomAttribute<JsonIgnoreAttribute>() is null;

    private static SettingsProperty ReadProperty(
        PropertyInfo property, object defaults, NullabilityInfoContext nullability)
    {
        var value = ValueShapeReader.Read(property);
        // [Required] alone says that a value may not be empty; a default beside it stands for a value left out.
        var isRequired = property.GetCustomAttribute<RequiredMemberAttribute>() is not null;
        return new SettingsProperty
        {
            Name = property.GetCustomAttribute<JsonPropertyNameAttribute>()?.Name
                ?? JsonNamingPolicy.CamelCase.ConvertName(property.Name),
            Property = property,
            Value = value,
            IsRequired = isRequired,
            IsNullable = nullability.Create(property).WriteState == NullabilityState.Nullable,
            Default = isRequired ? null : property.GetValue(defaults),
            Limits = LimitReader.Read(property, value),
            Unit = property.GetCustomAttribute<UnitAttribute>()?.Unit,
            Description = property.GetCustomAttribute<DescriptionAttribute>()?.Description,
        };
    }

    private static object Create(Type type) => Activator.CreateInstance(type)
        ?? throw new ArgumentException($"The settings record {type} has no instances.", nameof(type));
}
