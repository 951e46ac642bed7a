using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json.Serialization.Metadata;

namespace Meridian.Gateway.Control;

/// <summary>Speaks to the gateway that runs on a data folder.</summary>
internal sealed class ControlClient : IDisposable
{
    private readonly SocketsHttpHandler _handler;
    private readonly HttpClient _http;
    private readonly string _dataFolder;

    public ControlClient(string dataFolder)
    {
        _dataFolder = dataFolder;
        var path = ControlSocket.PathIn(dataFolder);
        _handler = new SocketsHttpHandler
        {
            ConnectCallback = async (_, cancellationToken) =>
            {
                var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                try
                {
                    await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellationToken);
                    return new NetworkStream(socket, ownsSocket: true);
                }
                catch
                {
                    socket.Dispose();
                    throw;
                }
            },
        };
        _http = new HttpClient(_handler, disposeHandler: false)
        {
            BaseAddress = new Uri("http://meridian"),
            Timeout = TimeSpan.FromMinutes(1),
        };
    }

    /// <summary>Asks.</summary>
    /// <exception cref="ControlException">It cannot be told, in words, or no gateway runs there.</exception>
    public Task<T> GetAsync<T>(string path, JsonTypeInfo<T> type) => AskAsync(HttpMethod.Get, path, null, type);

    /// <summary>Tells to do something that has an answer.</summary>
    /// <exception cref="ControlException">It cannot be done, in words, or no gateway runs there.</exception>
    public Task<T> AskAsync<T>(string path, HttpContent content, JsonTypeInfo<T> type) =>
        AskAsync(HttpMethod.Post, path, content, type);

    /// <summary>Tells to do something.</summary>
    /// <exception cref="ControlException">It cannot be done, in words, or no gateway runs there.</exception>
    public Task SendAsync(HttpMethod method, string path, HttpContent? content = null) =>
        SpeakAsync(method, path, content, static _ => Task.FromResult(true));

    public void Dispose()
    {
        _http.Dispose();
        _handler.Dispose();
    }

    private Task<T> AskAsync<T>(HttpMethod method, string path, HttpContent? content, JsonTypeInfo<T> type) =>
        SpeakAsync(method, path, content, async response =>
            await response.Content.ReadFromJsonAsync(type)
            ?? throw new ControlException($"The gateway answered nothing to {path}; it may be of another version."));

    private async Task<T> SpeakAsync<T>(
        HttpMethod method, string path, HttpContent? content, Func<HttpResponseMessage, Task<T>> read)
    {
        var folder = Path.GetFullPath(_dataFolder);
        try
        {
            using var request = new HttpRequestMessage(method, path) { Content = content };
            using var response = await _http.SendAsync(request);
            if (response.StatusCode == HttpStatusCode.BadRequest)
            {
                var problem = await response.Content.ReadFromJsonAsync(ControlJson.Default.ProblemBody);
                throw new ControlException(problem?.Problem ?? "The gateway refused it without a reason.");
            }

            response.EnsureSuccessStatusCode();
            return await read(response);
        }
        catch (HttpRequestException failed) when (failed.InnerException is SocketException)
        {
            throw new ControlException(
                $"No gateway runs on the data folder '{folder}'. "
                + "Start it with 'meridian run', or name its folder with --data.",
                failed);
        }
        catch (HttpRequestException failed)
        {
            throw new ControlException(
                $"The gateway on '{folder}' does not answer as it should: {failed.Message}", failed);
        }
        catch (TaskCanceledException failed)
        {
            throw new ControlException(
                $"The gateway on '{folder}' has not answered within {_http.Timeout.TotalSeconds:F0} s.", failed);
        }
    }
}

/// <summary>A running gateway did not do what was asked; the message says why.</summary>
internal sealed class ControlException(string message, Exception? innerException = null)
    : Exception(message, innerException);
