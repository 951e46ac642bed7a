using System.Buffers;
using System.Text.Json;
using Meridian.Engine.Quarantine;
using Meridian.Formats.Json;

namespace Meridian.Gateway.Control;

/// <summary>A page of what a North's destination refused for good.</summary>
internal sealed record QuarantinePageBody(long Count, IReadOnlyList<QuarantinedBody> Data, string? Next)
{
    public static QuarantinePageBody Of(QuarantinePage page, long count)
    {
        using var writer = new ReadingJsonWriter();
        return new QuarantinePageBody(
            count, [.. page.Data.Select(datum => QuarantinedBody.Of(datum, writer))], page.Next);
    }
}

/// <summary>A datum that a destination refused for good.</summary>
internal sealed record QuarantinedBody(
    long Position, DateTimeOffset Since, string Reason, bool IsDerived, JsonElement? Reading, string? File)
{
    public static QuarantinedBody Of(QuarantinedDatum datum, ReadingJsonWriter writer)
    {
        JsonElement? reading = null;
        if (datum.Reading is { } value)
        {
            var json = new ArrayBufferWriter<byte>();
            writer.Write(value, json);
            reading = JsonElement.Parse(json.WrittenSpan);
        }

        return new QuarantinedBody(
            datum.Position, datum.Since, datum.Reason, datum.IsDerived, reading, datum.FileName);
    }
}

/// <summary>Which data of a quarantine; all where no positions are named.</summary>
internal sealed record QuarantineChoiceBody(IReadOnlyList<long>? Positions);

/// <summary>What came of a retry.</summary>
internal sealed record QuarantineRetryBody(long Delivered, long Refused, long Left, string? Reason);

/// <summary>What came of giving data up.</summary>
internal sealed record QuarantineDiscardBody(long Discarded);
