using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.Json.Serialization;
using Meridian.Configuration.Conditions;
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
                .Select(static property => (Property: property, First: FirstOf(property)))
                .OrderBy(static one => Depth(one.First.DeclaringType))
                .ThenBy(static one => one.First.MetadataToken)
                .Select(one => ReadProperty(one.Property, defaults, nullability)),
        ];
        return new SettingsShape(
            type,
            [.. properties.Select(property =>
                property with { Condition = ConditionReader.Read(property, properties) })],
            () => Create(type));
    }

    // What a base record declares comes first, as in its source, also where another says more of it: reflection
    // promises no order of its own.
    private static MethodInfo FirstOf(PropertyInfo property) => property.GetMethod!.GetBaseDefinition(); // a setting's

    private static int Depth(Type? type) => type is null ? 0 : Depth(type.BaseType) + 1;

    private static bool IsSetting(PropertyInfo property) =>
        property.SetMethod is { IsPublic: true }
        && property.GetMethod is not null
        && property.GetIndexParameters().Length == 0
        && property.GetCustomAttribute<JsonIgnoreAttribute>() is null;

    private static SettingsProperty ReadProperty(
        PropertyInfo property, object defaults, NullabilityInfoContext nullability)
    {
        var name = SettingName.Of(property);
        var value = ValueShapeReader.Read(property);
        // [Required] alone says that a value may not be empty; a default beside it stands for a value left out.
        var isRequired = property.GetCustomAttribute<RequiredMemberAttribute>() is not null;
        return new SettingsProperty
        {
            Name = name,
            Property = property,
            Value = value,
            IsRequired = isRequired,
            IsNullable = nullability.Create(property).WriteState == NullabilityState.Nullable,
            Default = isRequired ? null : property.GetValue(defaults),
            Limits = LimitReader.Read(property, value),
            Unit = property.GetCustomAttribute<UnitAttribute>()?.Unit,
            Title = property.GetCustomAttribute<TitleAttribute>()?.Title ?? SettingName.ToTitle(name),
            Group = property.GetCustomAttribute<GroupAttribute>()?.Group,
        };
    }

    private static object Create(Type type) => Activator.CreateInstance(type)
        ?? throw new ArgumentException($"The settings record {type} has no instances.", nameof(type));
}
