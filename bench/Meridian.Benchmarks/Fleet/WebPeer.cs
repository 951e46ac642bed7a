using System.Globalization;
using System.Net;
using System.Text;
using Meridian.Fixtures;

namespace Meridian.Benchmarks.Fleet;

/// <summary>
/// A web service of the bench's own process: GET gives the readings of <c>from</c> to <c>to</c> in milliseconds as a
/// JSON array, POST takes whatever comes.
/// </summary>
internal sealed class WebPeer : IAsyncDisposable
{
    private readonly HttpListener _listener = new();
    private readonly Task _serving;

    /// <param name="count">How many readings it has.</param>
    public WebPeer(int count)
    {
        Url = string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{FreePort.Next()}/");
        _listener.Prefixes.Add(Url);
        _listener.Start();
        _serving = ServeAsync(count);
    }

    public string Url { get; }

    public async ValueTask DisposeAsync()
    {
        _listener.Stop();
        await _serving;
        _listener.Close();
    }

    private async Task ServeAsync(int count)
    {
        var buffer = new byte[1 << 16];
        while (true)
        {
            HttpListenerContext context;
            try
            {
                context = await _listener.GetContextAsync();
            }
            catch (Exception ended) when (ended is HttpListenerException or ObjectDisposedException)
            {
                return;
            }

            while (await context.Request.InputStream.ReadAsync(buffer) > 0)
            {
                // It is the sender that is measured.
            }

            var query = context.Request.QueryString;
            var answer = query["from"] is { } from && query["to"] is { } to
                ? Encoding.ASCII.GetBytes(Readings(from, to, count))
                : [];
            context.Response.ContentType = "application/json";
            context.Response.ContentLength64 = answer.Length;
            await context.Response.OutputStream.WriteAsync(answer);
            context.Response.Close();
        }
    }

    private static string Readings(string from, string to, int count)
    {
        var first = Number(from);
        var end = Math.Min(count, Number(to));
        var text = new StringBuilder("[");
        for (var i = first; i < end; i++)
        {
            text.Append(i == first ? string.Empty : ",").Append(
                CultureInfo.InvariantCulture,
                $"{{\"time\":{FleetPlant.TimeOf(i).ToUnixTimeMilliseconds()},\"value\":{FleetPlant.ValueOf(i)}}}");
        }

        return text.Append(']').ToString();

        static long Number(string milliseconds) =>
            (long.Parse(milliseconds, CultureInfo.InvariantCulture)
                - FleetPlant.Start.ToUnixTimeMilliseconds() + 9) / 10;
    }
}
