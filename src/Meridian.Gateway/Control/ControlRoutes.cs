using Meridian.Engine;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Meridian.Gateway.Control;

/// <summary>What a running gateway can be asked.</summary>
internal static class ControlRoutes
{
    public const string Status = "/api/status";

    public const string Backfills = "/api/backfills";

    public static void Map(WebApplication app, MeridianEngine engine)
    {
        app.MapGet(
            Status,
            context => ControlAnswer.WriteAsync(context, StatusBody.Of(engine), ControlJson.Default.StatusBody));
        app.MapGet(
            Backfills,
            context => ControlAnswer.WriteAsync(
                context,
                [.. engine.Backfills.List().Select(BackfillBody.Of)],
                ControlJson.Default.BackfillBodyArray));
        app.MapPost(Backfills, context => ControlAnswer.TryAsync(context, async () =>
        {
            var order = await ControlAnswer.ReadAsync(context, ControlJson.Default.BackfillOrder);
            await engine.Backfills.StartAsync(order, context.RequestAborted);
        }));
        QuarantineRoutes.Map(app, engine);
        ReplayRoutes.Map(app, engine);
        MapBackfill(app, "pause", engine.Backfills.PauseAsync);
        MapBackfill(app, "resume", engine.Backfills.ResumeAsync);
        MapBackfill(app, "restart", engine.Backfills.RestartAsync);
        app.MapDelete($"{Backfills}/{{name}}", context => ControlAnswer.TryAsync(
            context, () => engine.Backfills.RemoveAsync(NameIn(context), context.RequestAborted)));
    }

    private static void MapBackfill(
        WebApplication app, string verb, Func<string, CancellationToken, Task> change) =>
        app.MapPost($"{Backfills}/{{name}}/{verb}", context => ControlAnswer.TryAsync(
            context, () => change(NameIn(context), context.RequestAborted)));

    private static string NameIn(HttpContext context) => (string)context.Request.RouteValues["name"]!; // it is routed
}
