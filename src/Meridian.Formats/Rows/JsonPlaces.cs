using System.Text;
using System.Text.Json;
using Meridian.Formats.Payloads;

namespace Meridian.Formats.Rows;

/// <summary>
/// Where a reader stands in a document with regard to some paths: the first leads to records, the others to single
/// values. It is told of each token once. Of a name that repeats the last counts, but records are taken as they come.
/// </summary>
internal sealed class JsonPlaces
{
    /// <summary>As deep as the JSON reader goes, and the document itself.</summary>
    private const int MaxDepth = 65;

    private const uint RecordsBit = 1;

    private readonly JsonPath[] _paths;
    private readonly string?[] _values;
    private readonly Container[] _containers = new Container[MaxDepth];
    private int _depth;

    public JsonPlaces(JsonPath[] paths)
    {
        _paths = paths;
        _values = new string?[paths.Length];
    }

    public string? ValueOf(int path) => _values[path];

    /// <summary>A property's name was read.</summary>
    public void Name(ref Utf8JsonReader reader)
    {
        ref var container = ref _containers[_depth];
        container.Next = 0;
        for (var path = 0; path < _paths.Length; path++)
        {
            if (IsOn(container.Paths, path) && _paths[path].Steps[_depth - 1].Name is { } name
                && reader.ValueTextEquals(name))
            {
                container.Next |= 1u << path;
            }
        }
    }

    /// <summary>Whether a value that begins is a record.</summary>
    /// <param name="token">Its first token.</param>
    public bool IsRecord(JsonTokenType token) => _containers[_depth].HoldsRecords
        || (token == JsonTokenType.StartObject && (Reached(PathsHere()) & RecordsBit) != 0);

    /// <summary>A record was taken as a whole.</summary>
    public void Pass(JsonElement record)
    {
        var here = PathsHere();
        for (var path = 1; path < _paths.Length; path++)
        {
            if (IsOn(here, path))
            {
                _values[path] = TextOf(_paths[path].Find(record, _depth));
            }
        }

        Move();
    }

    /// <summary>Takes a value that is no record, or goes into it.</summary>
    /// <returns>Whether it is where the records should be.</returns>
    public bool Take(ref Utf8JsonReader reader)
    {
        var here = PathsHere();
        var reached = Reached(here);
        for (var path = 1; path < _paths.Length; path++)
        {
            if (IsOn(reached, path))
            {
                _values[path] = TextOf(ref reader);
            }
        }

        Move();
        if (reader.TokenType is JsonTokenType.StartArray or JsonTokenType.StartObject)
        {
            _containers[++_depth] = new Container
            {
                IsArray = reader.TokenType == JsonTokenType.StartArray,
                HoldsRecords = (reached & RecordsBit) != 0,
                Paths = here & ~reached,
            };
        }

        return (reached & RecordsBit) != 0;
    }

    /// <summary>A container has ended.</summary>
    public void Leave() => _depth--;

    private static bool IsOn(uint paths, int path) => (paths & (1u << path)) != 0;

    private static string? TextOf(ref Utf8JsonReader reader) => reader.TokenType switch
    {
        JsonTokenType.String => reader.GetString(),
        JsonTokenType.Number => Encoding.UTF8.GetString(reader.ValueSpan),
        _ => null,
    };

    private static string? TextOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString(),
        JsonValueKind.Number => value.GetRawText(),
        _ => null,
    };

    /// <summary>The paths that lead to or through the value that comes next.</summary>
    private uint PathsHere()
    {
        if (_depth == 0)
        {
            return (1u << _paths.Length) - 1;
        }

        ref readonly var container = ref _containers[_depth];
        if (!container.IsArray)
        {
            return container.Next;
        }

        var here = 0u;
        for (var path = 0; path < _paths.Length; path++)
        {
            here |= IsOn(container.Paths, path) && _paths[path].Steps[_depth - 1].Index == container.Index
                ? 1u << path
                : 0;
        }

        return here;
    }

    /// <summary>Of these the ones that end at the value that comes next.</summary>
    private uint Reached(uint here)
    {
        var reached = 0u;
        for (var path = 0; path < _paths.Length; path++)
        {
            reached |= IsOn(here, path) && _paths[path].Steps.Length == _depth ? 1u << path : 0;
        }

        return reached;
    }

    private void Move()
    {
        ref var container = ref _containers[_depth];
        container.Index++;
        container.Next = 0;
    }

    /// <summary>An object or array that the reader is in.</summary>
    private struct Container
    {
        public bool IsArray;
        public bool HoldsRecords;

        /// <summary>The paths that go on in it.</summary>
        public uint Paths;

        /// <summary>In an object: the paths on which the value of the name at hand lies.</summary>
        public uint Next;

        /// <summary>In an array: the index of the value that comes next.</summary>
        public int Index;
    }
}
