using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;

namespace Meridian.Gateway.Control;

/// <summary>How a running gateway answers: a body, nothing, or a problem in words.</summary>
internal static class ControlAnswer
{
    /// <summary>Answers with a body.</summary>
    public static Task WriteAsync<T>(HttpContext context, T body, JsonTypeInfo<T> type) =>
        context.Response.WriteAsJsonAsync(body, type, cancellationToken: context.RequestAborted);

    /// <summary>Reads what was sent.</summary>
    /// <exception cref="JsonException">Nothing was, or something else.</exception>
    public static async Task<T> ReadAsync<T>(HttpContext context, JsonTypeInfo<T> type) =>
        await context.Request.ReadFromJsonAsync(type, context.RequestAborted)
        ?? throw new JsonException("The body is null; send an object.");

    /// <summary>Does something that has no answer. What cannot be done is said in words, and nothing is half done.
    /// </summary>
    public static async Task TryAsync(HttpContext context, Func<Task> change)
    {
        try
        {
            await change();
            if (!context.Response.HasStarted)
            {
                context.Response.StatusCode = StatusCodes.Status204NoContent;
            }
        }
        catch (Exception wrong) when (wrong is ArgumentException or JsonException or ControlException)
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
