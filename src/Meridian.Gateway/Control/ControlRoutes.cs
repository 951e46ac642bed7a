using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Meridian.Engine;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Meridian.Gateway.Control;

/// <summary>What a running gateway can be asked.</summary>
internal static class ControlRoutes
{
    public const string Status = "/api/status";

    public const string Backfills = "/api/backfills";

    public const string Replays = "/api/replays";

    public static void Map(WebApplication app, MeridianEngine engine)
    {
        app.MapGet(Status, context => WriteAsync(context, StatusBody.Of(engine), ControlJson.Default.StatusBody));
        app.MapGet(
            Backfills,
            context => WriteAsync(
                context,
                [.. engine.Backfills.List().Select(BackfillBody.Of)],
                ControlJson.Default.BackfillBodyArray));
        app.MapPost(Backfills, context => TryAsync(context, async () =>
        {
            var order = await context.Request.ReadFromJsonAsync(
                ControlJson.Default.BackfillOrder, context.RequestAborted)
                ?? throw new JsonException("The body is null; send an order.");
            await engine.Backfills.StartAsync(order, context.RequestAborted);
        }));
        MapBackfill(app, "pause", engine.Backfills.PauseAsync);
        MapBackfill(app, "resume", engine.Backfills.ResumeAsync);
        MapBackfill(app, "restart", engine.Backfills.RestartAsync);
        app.MapDelete($"{Backfills}/{{name}}", context => TryAsync(
            context, () => engine.Backfills.RemoveAsync(NameIn(context), context.RequestAborted)));
        MapReplays(app, engine);
    }

    private static void MapReplays(WebApplication app, MeridianEngine engine)
    {
        app.MapGet(
            Replays,
            context => WriteAsync(
                context, [.. engine.Replays.List().Select(ReplayBody.Of)], ControlJson.Default.ReplayBodyArray));
        app.MapPost(Replays, context => TryAsync(context, async () =>
        {
            var order = await context.Request.ReadFromJsonAsync(
                ControlJson.Default.ReplayOrder, context.RequestAborted)
                ?? throw new JsonException("The body is null; send an order.");
            var replay = await engine.Replays.StartAsync(order, context.RequestAborted);
            await WriteAsync(context, ReplayBody.Of(replay), ControlJson.Default.ReplayBody);
        }));
        app.MapDelete($"{Replays}/{{name}}", context => TryAsync(
            context, () => engine.Replays.CancelAsync(NameIn(context), context.RequestAborted)));
    }

    private static void MapBackfill(
        WebApplication app, string verb, Func<string, CancellationToken, Task> change) =>
        app.MapPost($"{Backfills}/{{name}}/{verb}", context => TryAsync(
            context, () => change(NameIn(context), context.RequestAborted)));

    private static string NameIn(HttpContext context) => (string)context.Request.RouteValues["name"]!; // it is routed

    private static Task WriteAsync<T>(HttpContext context, T body, JsonTypeInfo<T> type) =>
        context.Response.WriteAsJsonAsync(body, type, cancellationToken: context.RequestAborted);

    /// <summary>What cannot be done is said in words, and nothing is half done.</summary>
    private static async Task TryAsync(HttpContext context, Func<Task> change)
    {
        try
        {
            await change();
            if (!context.Response.HasStarted)
            {
                context.Response.StatusCode = StatusCodes.Status204NoContent;
            }
        }
        catch (Exception wrong) when (wrong is ArgumentException or JsonException)
        {
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            await WriteAsync(context, new ProblemBody(WordsOf(wrong)), ControlJson.Default.ProblemBody);
        }
    }

    /// <summary>Without the name of the parameter, which says nothing to a user.</summary>
    private static string WordsOf(Exception wrong) => wrong is ArgumentException { ParamName: { } name }
        ? wrong.Message.Replace($" (Parameter '{name}')", string.Empty, StringComparison.Ordinal)
        : wrong.Message;
}
