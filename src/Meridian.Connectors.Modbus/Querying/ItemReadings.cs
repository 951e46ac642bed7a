using Meridian.Connectors.Modbus.Planning;
using Meridian.Connectors.Modbus.South;
using Meridian.Connectors.Modbus.Values;
using Meridian.Sdk.Readings;
using Meridian.Sdk.South;

namespace Meridian.Connectors.Modbus.Querying;

/// <summary>
/// Makes readings of what requests brought, and tells how the items fare; only what changes is told.
/// </summary>
internal sealed class ItemReadings(ISouthContext context, ModbusSouthSettings settings)
{
    /// <summary>A request was answered.</summary>
    public void Fill(RequestPlan plan, PlannedRequest request, ReadOnlySpan<byte> data)
    {
        var now = context.Time.GetUtcNow();
        var readings = plan.Readings.Span;
        foreach (var item in request.Items)
        {
            var isText = RegisterDecoder.TryDecode(
                item.Format, data, item.Address - request.Request.Address, out var value);
            var quality = isText ? Quality.Good : Quality.BadDecoding;
            readings[item.Index] = new Reading(item.Name, now, value, quality);
            if (!isText)
            {
                context.CountUndecoded(item.Name, Undecoded(item));
            }

            if (item.Reported != quality.StatusCode)
            {
                item.Reported = quality.StatusCode;
                context.ReportItem(item.Name, isText ? null : Undecoded(item));
            }
        }
    }

    /// <summary>A request brought nothing.</summary>
    public void Fail(RequestPlan plan, PlannedRequest request, RequestOutcome outcome)
    {
        var (now, quality) = (context.Time.GetUtcNow(), outcome.Quality);
        var readings = plan.Readings.Span;
        foreach (var item in request.Items)
        {
            readings[item.Index] = new Reading(item.Name, now, ReadingValue.Null, quality);
            if (item.Reported != quality.StatusCode)
            {
                item.Reported = quality.StatusCode;
                context.ReportItem(item.Name, outcome.Words(request.UnitId, settings.ResponseTimeout));
            }
        }
    }

    private static string Undecoded(PlannedItem item) =>
        $"The bytes are no text in {(item.Format.Encoding == ModbusTextEncoding.Utf8 ? "utf8" : "latin1")}; they are "
        + "kept as they came.";
}
