using System.Reflection;

namespace Meridian.Tidy.Tests.PublicApi;

/// <summary>Types as C# writes them, with what may be null.</summary>
internal static class TypeText
{
    private static readonly Dictionary<Type, string> Keywords = new()
    {
        [typeof(void)] = "void",
        [typeof(object)] = "object",
        [typeof(string)] = "string",
        [typeof(bool)] = "bool",
        [typeof(byte)] = "byte",
        [typeof(sbyte)] = "sbyte",
        [typeof(char)] = "char",
        [typeof(short)] = "short",
        [typeof(ushort)] = "ushort",
        [typeof(int)] = "int",
        [typeof(uint)] = "uint",
        [typeof(long)] = "long",
        [typeof(ulong)] = "ulong",
        [typeof(float)] = "float",
        [typeof(double)] = "double",
        [typeof(decimal)] = "decimal",
    };

    public static string Of(ParameterInfo parameter)
    {
        var type = parameter.ParameterType;
        var prefix = parameter switch
        {
            { ParameterType.IsByRef: false } => parameter.IsDefined(typeof(ParamArrayAttribute)) ? "params " : "",
            { IsOut: true } => "out ",
            { IsIn: true } => "in ",
            _ => "ref ",
        };
        return prefix + Of(
            type.IsByRef ? type.GetElementType()! : type, // It has one when it is by reference.
            new NullabilityInfoContext().Create(parameter));
    }

    public static string Of(PropertyInfo property) =>
        Of(property.PropertyType, new NullabilityInfoContext().Create(property));

    public static string Of(FieldInfo field) => Of(field.FieldType, new NullabilityInfoContext().Create(field));

    public static string Of(EventInfo added) =>
        Of(added.EventHandlerType!, new NullabilityInfoContext().Create(added)); // Every event has one.

    public static string Generics(MethodInfo method) => method.IsGenericMethodDefinition
        ? $"<{string.Join(", ", method.GetGenericArguments().Select(static one => one.Name))}>"
        : "";

    public static string Of(Type type, NullabilityInfo? known = null)
    {
        if (Nullable.GetUnderlyingType(type) is { } underlying)
        {
            return Of(underlying, known) + "?";
        }

        var mark = known?.ReadState == NullabilityState.Nullable && !type.IsValueType ? "?" : "";
        if (type.IsArray)
        {
            return $"{Of(type.GetElementType()!, known?.ElementType)}[]{mark}"; // An array has one.
        }

        if (!type.IsGenericType)
        {
            var outer = type is { IsNested: true, IsGenericParameter: false } ? $"{Of(type.DeclaringType!)}." : "";
            return outer + Keywords.GetValueOrDefault(type, type.Name) + mark;
        }

        var arguments = type.GetGenericArguments();
        var names = arguments.Select((argument, i) => Of(
            argument, known?.GenericTypeArguments.Length == arguments.Length ? known.GenericTypeArguments[i] : null));
        return $"{type.Name.Split('`')[0]}<{string.Join(", ", names)}>{mark}";
    }
}
