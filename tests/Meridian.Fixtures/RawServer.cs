using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Meridian.Fixtures;

/// <summary>
/// Takes connections on 127.0.0.1 and answers each request with bytes of the test's choice, then closes in order: a
/// server that does not speak the protocol that is asked for, or lies in it. It looks at the first part of a request
/// only.
/// </summary>
public sealed class RawServer : IAsyncDisposable
{
    private readonly TcpListener _listener;
    private readonly Func<string, string> _answerOf;
    private readonly CancellationTokenSource _stop = new();
    private readonly List<Task> _serving = [];
    private readonly Task _running;

    /// <summary>Starts it with one answer for all.</summary>
    /// <param name="answer">Its bytes, as Latin-1.</param>
    /// <param name="port">Where it listens; 0 for a free port.</param>
    public RawServer(string answer, int port = 0)
        : this(_ => answer, port)
    {
    }

    /// <summary>Starts it.</summary>
    /// <param name="answerOf">The answer's bytes, by the beginning of the request; both as Latin-1.</param>
    /// <param name="port">Where it listens; 0 for a free port.</param>
    public RawServer(Func<string, string> answerOf, int port = 0)
    {
        _answerOf = answerOf;
        _listener = new TcpListener(IPAddress.Loopback, port);
        _listener.Start();
        _running = RunAsync();
    }

    /// <summary>How HEAD is answered; the connection stays open then. The default is well.</summary>
    public string Head { get; init; } = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";

    /// <summary>What it says before it is asked anything; the default is nothing.</summary>
    public string Greeting { get; init; } = "";

    /// <summary>Whether it keeps a connection open once it has answered, and says no more.</summary>
    /// <value>false.</value>
    public bool StaysOpen { get; init; }

    /// <summary>Its port.</summary>
    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>An address on it.</summary>
    public Uri Url => new($"http://127.0.0.1:{Port}/data");

    /// <summary>An answer of HTTP with a body, after which the connection closes.</summary>
    /// <param name="status">The status with its phrase: <c>200 OK</c>.</param>
    /// <param name="mediaType">What the body is.</param>
    /// <param name="body">The body, ASCII.</param>
    public static string Answer(string status, string mediaType, string body)
    {
        ArgumentNullException.ThrowIfNull(body);
        return FormattableString.Invariant(
            $"HTTP/1.1 {status}\r\nContent-Type: {mediaType}\r\nContent-Length: {body.Length}\r\n")
            + $"Connection: close\r\n\r\n{body}";
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _stop.Dispose();
    }

    /// <summary>Closes everything; its port is free then. Does nothing the second time.</summary>
    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        _listener.Dispose();
        await _running;
        await Task.WhenAll(_serving);
    }

    private async Task RunAsync()
    {
        try
        {
            while (true)
            {
                _serving.Add(ServeAsync(await _listener.AcceptSocketAsync(_stop.Token)));
            }
        }
        catch (Exception end) when (end is SocketException or OperationCanceledException)
        {
            // The test has ended.
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        using var closing = socket;
        try
        {
            await AnswerAsync(socket);
        }
        catch (Exception gone) when (gone is SocketException or OperationCanceledException)
        {
            // The client reset the connection, or the test has ended.
        }
    }

    private async Task AnswerAsync(Socket socket)
    {
        var buffer = new byte[64 * 1024];
        if (Greeting.Length > 0)
        {
            await socket.SendAsync(Encoding.Latin1.GetBytes(Greeting));
        }

        var isHead = true;
        while (isHead)
        {
            var count = await socket.ReceiveAsync(buffer, _stop.Token);
            if (count == 0)
            {
                return;
            }

            isHead = buffer.AsSpan(0, count).StartsWith("HEAD"u8);
            var request = Encoding.Latin1.GetString(buffer, 0, count);
            await socket.SendAsync(Encoding.Latin1.GetBytes(isHead ? Head : _answerOf(request)));
        }

        if (!StaysOpen)
        {
            socket.Shutdown(SocketShutdown.Send);
        }

        while (await socket.ReceiveAsync(buffer, _stop.Token) > 0)
        {
            // Until the client has closed: closing with something unread would reset what was answered.
        }
    }
}
