using System.Globalization;
using System.Text;
using Meridian.Formats.Payloads;
using Meridian.Formats.Rows;
using Meridian.Sdk.South;

namespace Meridian.Connectors.Http.South.Requests;

/// <summary>
/// What is asked and how the answer is written: items that say the same of both share one request. Immutable.
/// </summary>
internal sealed record HttpQuestion
{
    public required HttpItemSettings Settings { get; init; }

    public required RequestTemplate Request { get; init; }

    /// <summary>Where the records of a JSON answer are.</summary>
    public required JsonPath Records { get; init; }

    /// <summary>Where the next page is said, in a JSON answer; null when it is not said there.</summary>
    public required JsonPath? Pointer { get; init; }

    /// <summary>Columns that lie deeper in a JSON record.</summary>
    public required IReadOnlyList<JsonPath> DeepColumns { get; init; }

    /// <summary>Equal for items that can share a request, and for no others.</summary>
    public required string Shape { get; init; }

    /// <summary>Whether a narrower window gives less.</summary>
    public required bool HasEnd { get; init; }

    /// <summary>The shape of settings.</summary>
    public static string ShapeOf(HttpItemSettings item, IReadOnlyList<JsonPath> deepColumns)
    {
        var shape = new StringBuilder();
        Add(item.Mode, item.Method, item.Path, item.Body, item.ContentType, item.Times, item.Format, item.Records,
            item.Csv, item.TimeSource, item.Paging);
        AddAll(item.Query);
        AddAll(item.Headers);
        Add([.. deepColumns]);
        return shape.ToString();

        void AddAll(IReadOnlyDictionary<string, string> pairs)
        {
            foreach (var (name, value) in pairs.OrderBy(static pair => pair.Key, StringComparer.Ordinal))
            {
                Add(name, value);
            }

            shape.Append(';');
        }

        // Each part with its length, so that no two lists of parts are one text.
        void Add(params object?[] parts)
        {
            foreach (var part in parts)
            {
                var text = part?.ToString() ?? string.Empty;
                shape.Append(CultureInfo.InvariantCulture, $"{(part is null ? '-' : '+')}{text.Length}:{text}");
            }
        }
    }
}

/// <summary>An item, ready to be asked for. One thread at a time.</summary>
internal sealed class HttpQuery(Item item, HttpQuestion question, RowDecoder decoder)
{
    public Item Item => item;

    public HttpQuestion Question => question;

    public RowDecoder Decoder => decoder;

    /// <summary>Its settings, with the column of arrival in place of one of the answer where that is wanted.</summary>
    public HttpItemSettings Settings { get; init; } = question.Settings;

    /// <summary>When it was last refused, by the clock that nobody sets; null when it was not.</summary>
    public long? RefusedAt { get; set; }
}
