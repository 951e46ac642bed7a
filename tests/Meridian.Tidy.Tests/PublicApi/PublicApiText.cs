using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text;

namespace Meridian.Tidy.Tests.PublicApi;

/// <summary>
/// What a user of a library can see, as lines that read like C#: each type with its bases, below it its members. What
/// the compiler adds to a record is left out.
/// </summary>
internal static class PublicApiText
{
    private const BindingFlags Declared = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance
        | BindingFlags.Static | BindingFlags.DeclaredOnly;

    public static string Of(Assembly assembly)
    {
        var text = new StringBuilder();
        foreach (var type in assembly.GetExportedTypes().OrderBy(static type => type.FullName, StringComparer.Ordinal))
        {
            text.Append(text.Length == 0 ? "" : "\n").Append(Head(type)).Append('\n');
            foreach (var member in type.IsEnum ? Values(type) : Members(type))
            {
                text.Append("    ").Append(member).Append('\n');
            }
        }

        return text.ToString();
    }

    private static string Head(Type type)
    {
        var name = $"{type.Namespace}.{TypeText.Of(type)}";
        if (type.IsEnum)
        {
            return $"enum {name} : {TypeText.Of(type.GetEnumUnderlyingType())}";
        }

        if (type.IsSubclassOf(typeof(Delegate)))
        {
            var invoke = type.GetMethod("Invoke")!; // Every delegate has one.
            return $"delegate {TypeText.Of(invoke.ReturnParameter)} {name}({Parameters(invoke)})";
        }

        var bases = Bases(type).ToList();
        return $"{Kind(type)} {name}{(bases.Count == 0 ? "" : " : ")}{string.Join(", ", bases)}";
    }

    private static string Kind(Type type)
    {
        var isRecord = type.GetMethod("PrintMembers", Declared) is not null;
        if (type.IsInterface)
        {
            return "interface";
        }

        if (type.IsValueType)
        {
            return (type.IsDefined(typeof(IsReadOnlyAttribute)) ? "readonly " : "")
                + (type.IsByRefLike ? "ref " : "") + (isRecord ? "record " : "") + "struct";
        }

        var openness = (type.IsAbstract, type.IsSealed) switch
        {
            (true, true) => "static ",
            (true, false) => "abstract ",
            (false, true) => "sealed ",
            _ => "",
        };
        return openness + (isRecord ? "record" : "class");
    }

    private static IEnumerable<string> Bases(Type type)
    {
        if (type.BaseType is { } parent && parent != typeof(object) && parent != typeof(ValueType))
        {
            yield return TypeText.Of(parent);
        }

        var all = type.GetInterfaces();
        var inherited = all.SelectMany(static one => one.GetInterfaces())
            .Concat(type.BaseType?.GetInterfaces() ?? []);
        foreach (var one in all.Except(inherited)
            .Where(one => one != typeof(IEquatable<>).MakeGenericType(type))
            .Select(static one => TypeText.Of(one))
            .Order(StringComparer.Ordinal))
        {
            yield return one;
        }
    }

    private static IEnumerable<string> Values(Type type) => type.GetFields(BindingFlags.Public | BindingFlags.Static)
        .Select(static field =>
            $"{field.Name} = {Convert.ToInt64(field.GetRawConstantValue(), CultureInfo.InvariantCulture)}");

    private static IEnumerable<string> Members(Type type) => type.GetMembers(Declared)
        .Where(static member => !member.IsDefined(typeof(CompilerGeneratedAttribute)))
        .Select(static member => (Rank: (int)member.MemberType, member.Name, Text: Member(member)))
        .Where(static member => member.Text is not null)
        .OrderBy(static member => member.Rank)
        .ThenBy(static member => member.Name, StringComparer.Ordinal)
        .ThenBy(static member => member.Text, StringComparer.Ordinal)
        .Select(static member => member.Text!);

    /// <summary>Null for what a user does not see.</summary>
    private static string? Member(MemberInfo member) => member switch
    {
        ConstructorInfo made when IsSeen(made) =>
            $"{Access(made)}{made.DeclaringType!.Name}({Parameters(made)})",
        PropertyInfo property when Accessor(property) is { } accessor =>
            $"{Access(accessor)}{Modifiers(accessor)}{(IsRequired(property) ? "required " : "")}"
            + $"{TypeText.Of(property)} {property.Name} {{ {Accessors(property)} }}",
        FieldInfo field when field.IsPublic || field.IsFamily =>
            $"{(field.IsLiteral ? "const " : field.IsStatic ? "static " : "")}"
            + $"{(field.IsInitOnly ? "readonly " : "")}{TypeText.Of(field)} {field.Name}",
        EventInfo added when added.AddMethod is { } adder && IsSeen(adder) =>
            $"{Access(adder)}{Modifiers(adder)}event {TypeText.Of(added)} {added.Name}",
        MethodInfo method when IsSeen(method) && (!method.IsSpecialName || IsOperator(method)) =>
            $"{Access(method)}{Modifiers(method)}{TypeText.Of(method.ReturnParameter)} {method.Name}"
            + $"{TypeText.Generics(method)}({Parameters(method)})",
        _ => null,
    };

    private static bool IsSeen(MethodBase method) => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly;

    private static bool IsOperator(MethodInfo method) => method.Name.StartsWith("op_", StringComparison.Ordinal);

    private static bool IsRequired(PropertyInfo property) => property.IsDefined(typeof(RequiredMemberAttribute));

    private static MethodInfo? Accessor(PropertyInfo property) =>
        property.GetAccessors(nonPublic: true).FirstOrDefault(IsSeen);

    private static string Access(MethodBase method) => method.IsPublic ? "" : "protected ";

    private static string Modifiers(MethodInfo method) => method switch
    {
        { IsStatic: true } => "static ",
        { IsAbstract: true, DeclaringType.IsInterface: false } => "abstract ",
        { IsVirtual: true } when method.GetBaseDefinition() != method => "override ",
        { IsVirtual: true, IsFinal: false, IsAbstract: false } => "virtual ", // In an interface: it has a default.
        _ => "",
    };

    private static string Accessors(PropertyInfo property)
    {
        var parts = new List<string>();
        if (property.GetMethod is { } getter && IsSeen(getter))
        {
            parts.Add("get;");
        }

        if (property.SetMethod is { } setter && IsSeen(setter))
        {
            parts.Add(setter.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit))
                ? "init;"
                : "set;");
        }

        return string.Join(' ', parts);
    }

    private static string Parameters(MethodBase method)
    {
        var extended = method.IsDefined(typeof(ExtensionAttribute)) ? "this " : "";
        return extended + string.Join(", ", method.GetParameters().Select(static parameter =>
            $"{TypeText.Of(parameter)} {parameter.Name}"
            + (parameter.HasDefaultValue ? $" = {Default(parameter)}" : "")));
    }

    private static string Default(ParameterInfo parameter) => parameter.DefaultValue switch
    {
        null => parameter.ParameterType.IsValueType && Nullable.GetUnderlyingType(parameter.ParameterType) is null
            ? "default"
            : "null",
        string text => $"\"{text}\"",
        bool flag => flag ? "true" : "false",
        Enum value => $"{value.GetType().Name}.{value}",
        var value => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "",
    };
}
