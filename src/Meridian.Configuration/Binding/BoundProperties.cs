using System.Reflection;
using Meridian.Configuration.Json;
using Meridian.Configuration.Shapes;

namespace Meridian.Configuration.Binding;

/// <summary>
/// What could be bound of one object: value by value, so that one mistake does not hide what stands beside it.
/// </summary>
/// <param name="shape">The shape of the record.</param>
/// <param name="line">The line of the object.</param>
internal sealed class BoundProperties(SettingsShape shape, int line)
{
    private readonly Dictionary<string, (object Value, int Line)> _values = new(StringComparer.Ordinal);

    /// <summary>The line of the object.</summary>
    public int Line { get; } = line;

    /// <summary>Whether any property is missing or wrong.</summary>
    public bool HasProblems { get; private set; }

    /// <summary>Keeps the value of a property; null marks the object as not whole.</summary>
    public void Set(SettingsProperty property, object? value, int valueLine)
    {
        if (value is null)
        {
            HasProblems = true;
            return;
        }

        _values[property.Name] = (value, valueLine);
    }

    /// <summary>Something is wrong that is no property's value.</summary>
    public void Spoil() => HasProblems = true;

    /// <summary>A value that was bound; the default when it was not set or is wrong.</summary>
    public T? Get<T>(string name) => _values.TryGetValue(name, out var bound) ? (T)bound.Value : default;

    /// <summary>Whether a property was set and is right.</summary>
    public bool Has(string name) => _values.ContainsKey(name);

    /// <summary>Makes the record, once, from all values together; null when it is not whole.</summary>
    public object? Construct(SettingsPath path, BindingContext context)
    {
        if (HasProblems)
        {
            return null;
        }

        var record = shape.Create();
        foreach (var property in shape.Properties)
        {
            if (_values.TryGetValue(property.Name, out var bound))
            {
                Assign(property, record, bound.Value, bound.Line, path, context);
            }
        }

        return HasProblems ? null : record;
    }

    private void Assign(
        SettingsProperty property,
        object record,
        object value,
        int valueLine,
        SettingsPath path,
        BindingContext context)
    {
        try
        {
            property.Property.SetValue(record, value);
        }
        catch (TargetInvocationException exception)
        {
            // The record itself refuses the value; its words are meant for the user, the parameter's name is not.
            var message = exception.InnerException?.Message ?? exception.Message;
            var tail = message.IndexOf(" (Parameter '", StringComparison.Ordinal);
            HasProblems = true;
            context.Report(
                path.Member(property.Name),
                valueLine,
                context.References.Hide(tail < 0 ? message : message[..tail]));
        }
    }
}
