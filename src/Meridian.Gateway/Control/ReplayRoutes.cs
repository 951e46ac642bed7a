using Meridian.Engine;
using Microsoft.AspNetCore.Builder;

namespace Meridian.Gateway.Control;

/// <summary>Data that a North has passed, once more.</summary>
internal static class ReplayRoutes
{
    public const string Replays = "/api/replays";

    public static void Map(WebApplication app, MeridianEngine engine)
    {
        app.MapGet(Replays, context => ControlAnswer.WriteAsync(
            context, [.. engine.Replays.List().Select(ReplayBody.Of)], ControlJson.Default.ReplayBodyArray));
        app.MapPost(Replays, context => ControlAnswer.TryAsync(context, async () =>
        {
            var order = await ControlAnswer.ReadAsync(context, ControlJson.Default.ReplayOrder);
            var replay = await engine.Replays.StartAsync(order, context.RequestAborted);
            await ControlAnswer.WriteAsync(context, ReplayBody.Of(replay), ControlJson.Default.ReplayBody);
        }));
        app.MapDelete($"{Replays}/{{id}}", context => ControlAnswer.TryAsync(
            context,
            () => engine.Replays.CancelAsync(
                (string)context.Request.RouteValues["id"]!, context.RequestAborted))); // it is routed
    }
}
