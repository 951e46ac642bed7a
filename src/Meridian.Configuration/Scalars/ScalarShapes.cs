using System.Collections.Frozen;
using Meridian.Configuration.Shapes;

namespace Meridian.Configuration.Scalars;

/// <summary>Which types are written as one JSON number, text or boolean.</summary>
internal static class ScalarShapes
{
    private static readonly FrozenDictionary<Type, ScalarShape> ByType =
        NumberScalars.All.Concat(TextScalars.All).Concat(TimeScalars.All).ToFrozenDictionary(shape => shape.Type);

    /// <summary>The shape of a scalar type or an enumeration; null for any other type.</summary>
    public static ScalarShape? Find(Type type) =>
        type.IsEnum ? TextScalars.Words(type) : ByType.GetValueOrDefault(type);
}
