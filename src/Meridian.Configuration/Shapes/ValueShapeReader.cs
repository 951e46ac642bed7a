using System.Reflection;
using Meridian.Configuration.Json;
using Meridian.Configuration.Scalars;
using Meridian.Sdk.Settings;

namespace Meridian.Configuration.Shapes;

/// <summary>A property's type → the shape of its value.</summary>
internal static class ValueShapeReader
{
    /// <summary>Reads the type of a property.</summary>
    /// <exception cref="ArgumentException">No JSON value stands for the type.</exception>
    public static ValueShape Read(PropertyInfo property) =>
        Find(property.PropertyType) ?? throw new ArgumentException(
            $"The setting {property.DeclaringType}.{property.Name} has the type {property.PropertyType}, for which "
            + "no JSON value stands; use a number, text, enumeration, duration, size, secret, record "
            + "or a list of these.",
            nameof(property));

    private static ValueShape? Find(Type propertyType)
    {
        var type = Nullable.GetUnderlyingType(propertyType) ?? propertyType;
        if (ScalarShapes.Find(type) is { } scalar)
        {
            return scalar;
        }

        if (type == typeof(Secret))
        {
            return new SecretShape(type);
        }

        if (type == typeof(FreeJson))
        {
            return new FreeShape(type);
        }

        if (type == typeof(ObjectSyntax) || type == typeof(ListSyntax))
        {
            return new SyntaxShape(type);
        }

        return FindCollection(type) ?? FindRecord(type);
    }

    private static ValueShape? FindCollection(Type type)
    {
        var arguments = type.IsGenericType ? type.GetGenericArguments() : [];
        if (arguments is [var key, var value]
            && key == typeof(string)
            && type.IsAssignableFrom(typeof(Dictionary<,>).MakeGenericType(arguments)))
        {
            return Find(value) is { } shape ? new MapShape(type, shape, entries => BuildMap(value, entries)) : null;
        }

        var element = type.IsArray ? type.GetElementType() : arguments is [var argument] ? argument : null;
        if (element is null || Find(element) is not { } entry)
        {
            return null;
        }

        if (type.IsAssignableFrom(element.MakeArrayType()))
        {
            return new ListShape(type, entry, elements => BuildArray(element, elements));
        }

        return type.IsAssignableFrom(typeof(List<>).MakeGenericType(element))
            ? new ListShape(type, entry, elements => BuildList(element, elements))
            : null;
    }

    private static RecordShape? FindRecord(Type type)
    {
        // What the framework made is no settings record even where it could be filled like one.
        var isOurs = type is { IsClass: true, IsAbstract: false }
            && type.Namespace?.StartsWith("System", StringComparison.Ordinal) != true;
        return isOurs ? new RecordShape(type) : null;
    }

    private static Array BuildArray(Type element, IReadOnlyList<object> elements)
    {
        var array = Array.CreateInstance(element, elements.Count);
        for (var index = 0; index < elements.Count; index++)
        {
            array.SetValue(elements[index], index);
        }

        return array;
    }

    private static object BuildList(Type element, IReadOnlyList<object> elements) =>
        Activator.CreateInstance(typeof(List<>).MakeGenericType(element), BuildArray(element, elements))!; // a class

    private static System.Collections.IDictionary BuildMap(
        Type value, IReadOnlyList<KeyValuePair<string, object>> entries)
    {
        // Never null: it is a class with a public constructor.
        var type = typeof(Dictionary<,>).MakeGenericType(typeof(string), value);
        var map = (System.Collections.IDictionary)Activator.CreateInstance(type, StringComparer.Ordinal)!;
        foreach (var (name, element) in entries)
        {
            map.Add(name, element);
        }

        return map;
    }
}
