using System.Globalization;
using System.IO.Compression;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Meridian.Connectors.Http.Tests.Peers;

/// <summary>Ways in which a server answers.</summary>
internal static class Answers
{
    public static Func<HttpContext, Received, Task> Status(int status, string body = "", params string[] headers) =>
        async (http, _) =>
        {
            http.Response.StatusCode = status;
            foreach (var header in headers)
            {
                var colon = header.IndexOf(':', StringComparison.Ordinal);
                http.Response.Headers[header[..colon]] = header[(colon + 1)..].Trim();
            }

            if (body.Length > 0)
            {
                http.Response.ContentLength = Encoding.UTF8.GetByteCount(body);
                await http.Response.WriteAsync(body);
            }
        };

    /// <summary>The request was taken, and the answer is lost: the connection is reset.</summary>
    public static Func<HttpContext, Received, Task> Reset() => static (http, _) =>
    {
        http.Abort();
        return Task.CompletedTask;
    };

    /// <summary>Nothing ever comes.</summary>
    public static Func<HttpContext, Received, Task> Hang() => static async (http, _) =>
    {
        var gone = new TaskCompletionSource();
        await using var registration = http.RequestAborted.Register(gone.SetResult);
        await gone.Task;
    };

    /// <summary>Some kilobytes that unpack to a gigabyte.</summary>
    public static Func<HttpContext, Received, Task> Bomb(int status) => async (http, _) =>
    {
        http.Response.StatusCode = status;
        http.Response.Headers.ContentEncoding = "gzip";
        var zeros = new byte[1024 * 1024];
        await using var gzip = new GZipStream(http.Response.Body, CompressionLevel.SmallestSize, leaveOpen: true);
        for (var i = 0; i < 1024; i++)
        {
            await gzip.WriteAsync(zeros, http.RequestAborted);
        }
    };

    /// <summary>A token of OAuth 2.</summary>
    public static Func<HttpContext, Received, Task> Token(string token, int? lifeSeconds) => Status(
        200,
        lifeSeconds is { } life
            ? string.Create(
                CultureInfo.InvariantCulture,
                $$"""{"access_token":"{{token}}","token_type":"Bearer","expires_in":{{life}}}""")
            : $$"""{"access_token":"{{token}}","token_type":"Bearer"}""",
        "Content-Type: application/json");
}
