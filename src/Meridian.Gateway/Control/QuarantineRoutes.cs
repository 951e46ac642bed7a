using System.Globalization;
using Meridian.Engine;
using Meridian.Engine.Quarantine;
using Meridian.Sdk.Faults;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Meridian.Gateway.Control;

/// <summary>What a destination refused for good: to be looked at, tried once more, or given up.</summary>
internal static class QuarantineRoutes
{
    public const string Quarantine = "/api/quarantine";

    private const int DefaultCount = 100;

    /// <summary>How long a retry may take before it tells what it came to; less than a client waits.</summary>
    private static readonly TimeSpan RetryWithin = TimeSpan.FromSeconds(30);

    public static void Map(WebApplication app, MeridianEngine engine)
    {
        app.MapGet($"{Quarantine}/{{north}}", context => ControlAnswer.TryAsync(
            context, () => ListAsync(context, QuarantineOf(engine, context))));
        app.MapPost($"{Quarantine}/{{north}}/retry", context => ControlAnswer.TryAsync(
            context, () => RetryAsync(context, QuarantineOf(engine, context))));
        app.MapPost($"{Quarantine}/{{north}}/discard", context => ControlAnswer.TryAsync(
            context, () => DiscardAsync(context, QuarantineOf(engine, context))));
    }

    private static NorthQuarantine QuarantineOf(MeridianEngine engine, HttpContext context) =>
        engine.Quarantine((string)context.Request.RouteValues["north"]!); // it is routed

    private static async Task ListAsync(HttpContext context, NorthQuarantine quarantine)
    {
        var query = context.Request.Query;
        var after = query["after"] is [{ Length: > 0 } word] ? word : null;
        var count = query["count"] is [{ } text]
            ? int.TryParse(text, CultureInfo.InvariantCulture, out var number)
                ? number
                : throw new ArgumentException($"'{text}' is no count; give a whole number.", nameof(context))
            : DefaultCount;
        var page = await quarantine.ListAsync(after, count, context.RequestAborted);
        await ControlAnswer.WriteAsync(
            context, QuarantinePageBody.Of(page, quarantine.Count), ControlJson.Default.QuarantinePageBody);
    }

    private static async Task RetryAsync(HttpContext context, NorthQuarantine quarantine)
    {
        var choice = await ControlAnswer.ReadAsync(context, ControlJson.Default.QuarantineChoiceBody);
        using var within = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        within.CancelAfter(RetryWithin);
        try
        {
            var came = await quarantine.RetryAsync(choice.Positions, within.Token);
            await ControlAnswer.WriteAsync(
                context,
                new QuarantineRetryBody(came.Delivered, came.Refused, came.Left, came.Reason),
                ControlJson.Default.QuarantineRetryBody);
        }
        catch (OperationCanceledException) when (!context.RequestAborted.IsCancellationRequested)
        {
            throw new ControlException(
                $"The North could not be delivered to within {RetryWithin.TotalSeconds:F0} s; 'meridian status' says "
                + "how it fares. Nothing was tried, and everything lies where it lay.");
        }
        catch (ConnectorException failed)
        {
            throw new ControlException(failed.Message, failed);
        }
    }

    private static async Task DiscardAsync(HttpContext context, NorthQuarantine quarantine)
    {
        var choice = await ControlAnswer.ReadAsync(context, ControlJson.Default.QuarantineChoiceBody);
        try
        {
            var count = await quarantine.DiscardAsync(choice.Positions, context.RequestAborted);
            await ControlAnswer.WriteAsync(
                context, new QuarantineDiscardBody(count), ControlJson.Default.QuarantineDiscardBody);
        }
        catch (Exception failed) when (failed is ConnectorException or IOException)
        {
            throw new ControlException(failed.Message, failed);
        }
    }
}
