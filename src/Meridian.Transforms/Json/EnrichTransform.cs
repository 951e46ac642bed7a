using System.Text;
using System.Text.Json;
using Meridian.Formats.Json;
using Meridian.Sdk.Readings;
using Meridian.Sdk.Settings;

namespace Meridian.Transforms.Json;

/// <summary>Puts constants beside values. What an object has of its own stands as it came.</summary>
internal sealed class EnrichTransform(EnrichSettings settings) : ITransform
{
    private readonly JsonBuffer _json = new();
    private readonly StringBuilder _text = new();
    private readonly string _valueName = settings.ValueName;
    private readonly Constant[] _constants = [.. settings.Constants.Select(pair => new Constant(pair.Key, pair.Value))];
    private readonly bool[] _isThere = new bool[settings.Constants.Count];
    private byte[] _utf8 = [];

    /// <summary>What is wrong with settings.</summary>
    public static IEnumerable<SettingsProblem> Check(EnrichSettings settings)
    {
        if (string.IsNullOrEmpty(settings.ValueName))
        {
            yield return new SettingsProblem(
                "valueName", "'valueName' is empty; write the name under which the value stands, such as value.");
        }

        if (settings.Constants is not { Count: > 0 })
        {
            yield return new SettingsProblem("constants", "'constants' is empty; write at least one name and text.");
            yield break;
        }

        foreach (var name in settings.Constants.Keys)
        {
            if (name.Length == 0)
            {
                yield return new SettingsProblem("constants", "A constant has no name; write one before the colon.");
            }
            else if (string.Equals(name, settings.ValueName, StringComparison.Ordinal))
            {
                yield return new SettingsProblem(
                    $"constants.{name}",
                    $"The constant '{name}' has the name under which the value stands; rename it or set 'valueName'.");
            }
        }
    }

    /// <inheritdoc/>
    public void Apply(in TransformEntry entry, TransformLink link)
    {
        var value = entry.Reading.Value;
        var json = value.Kind == ReadingValueKind.Json && TryRead(value.AsString(), out var isEmpty)
            ? Append(value.AsString(), isEmpty)
            : Wrap(value);
        link.Pass(entry with { Reading = entry.Reading with { Value = ReadingValue.FromJson(json) } });
    }

    /// <summary>
    /// Whether a text is a JSON object, from its first character to its last, and what it has already.
    /// </summary>
    private bool TryRead(string json, out bool isEmpty)
    {
        isEmpty = true;
        var most = Encoding.UTF8.GetMaxByteCount(json.Length);
        if (_utf8.Length < most)
        {
            _utf8 = new byte[most];
        }

        Array.Clear(_isThere);
        var reader = new Utf8JsonReader(_utf8.AsSpan(0, Encoding.UTF8.GetBytes(json, _utf8)));
        try
        {
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            {
                return false;
            }

            while (reader.Read())
            {
                if (reader.TokenType == JsonTokenType.PropertyName && reader.CurrentDepth == 1)
                {
                    isEmpty = false;
                    Note(ref reader);
                }
            }

            return true;
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException)
        {
            // What calls itself JSON and is not, is wrapped as the text that it is.
            return false;
        }
    }

    private void Note(ref Utf8JsonReader reader)
    {
        for (var index = 0; index < _constants.Length; index++)
        {
            _isThere[index] |= reader.ValueTextEquals(_constants[index].Name);
        }
    }

    private string Append(string json, bool isEmpty)
    {
        _text.Clear();
        _text.Append(json.AsSpan(0, json.LastIndexOf('}')).TrimEnd());
        for (var index = 0; index < _constants.Length; index++)
        {
            if (!_isThere[index])
            {
                _text.Append(isEmpty ? string.Empty : ",").Append(_constants[index].Property);
                isEmpty = false;
            }
        }

        return _text.Append('}').ToString();
    }

    private string Wrap(in ReadingValue value)
    {
        var writer = _json.Begin();
        writer.WriteStartObject();
        writer.WritePropertyName(_valueName);
        if (ReadingJsonValue.Write(value, writer) is { } encoding)
        {
            writer.WriteString("encoding", encoding);
        }

        foreach (var constant in _constants)
        {
            writer.WriteString(constant.Name, constant.Text);
        }

        writer.WriteEndObject();
        return _json.End();
    }

    private sealed record Constant(string Name, string Text)
    {
        /// <summary>Name and text as a property of an object.</summary>
        public string Property { get; } = PropertyOf(Name, Text);

        private static string PropertyOf(string name, string text)
        {
            var json = new JsonBuffer();
            var writer = json.Begin();
            writer.WriteStartObject();
            writer.WriteString(name, text);
            writer.WriteEndObject();
            return json.End()[1..^1];
        }
    }
}
