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
    /// <exception cref="ControlException">No gateway runs there.</exception>
    public Task<T> GetAsync<T>(string path, JsonTypeInfo<T> type) => SpeakAsync(async () =>
        await _http.GetFromJsonAsync(path, type)
        ?? throw new ControlException($"The gateway answered nothing to {path}; it may be of another version."));

    /// <summary>Tells to do something.</summary>
    /// <exception cref="ControlException">It cannot be done, in words, or no gateway runs there.</exception>
    public Task SendAsync(HttpMethod method, string path, HttpContent? content = null) => SpeakAsync(async () =>
    {
        using var response = await TellAsync(method, path, content);
        return true;
    });

    /// <summary>Tells to do something, and hears what came of it.</summary>
    /// <exception cref="ControlException">It cannot be done, in words, or no gateway runs there.</exception>
    public Task<T> SendAsync<T>(HttpMethod method, string path, HttpContent content, JsonTypeInfo<T> type) =>
        SpeakAsync(async () =>
        {
            using var response = await TellAsync(method, path, content);
            return await response.Content.ReadFromJsonAsync(type)
                ?? throw new ControlException($"The gateway answered nothing to {path}; it may be of another version.");
        });

    public void Dispose()
    {
        _http.Dispose();
        _handler.Dispose();
    }

    private async Task<HttpResponseMessage> TellAsync(HttpMethod method, string path, HttpContent? content)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        var response = await _http.SendAsync(request);
        if (response.StatusCode == HttpStatusCode.BadRequest)
        {
            var problem = await response.Content.ReadFromJsonAsync(ControlJson.Default.ProblemBody);
            response.Dispose();
            throw new ControlException(problem?.Problem ?? "The gateway refused it without a reason.");
        }

        return response.EnsureSuccessStatusCode();
    }

    private async Task<T> SpeakAsync<T>(Func<Task<T>> speak)
    {
        try
        {
            return await speak();
        }
        catch (HttpRequestException failed) when (failed.InnerException is SocketException)
        {
            throw new ControlException(
                $"No gateway runs on the data folder '{Path.GetFullPath(_dataFolder)}'. "
                + "Start it with 'meridian run', or name its folder with --data.",
                failed);
        }
        catch (HttpRequestException failed)
        {
            throw new ControlException(
                $"The gateway on '{Path.GetFullPath(_dataFolder)}' does not answer as it should: {failed.Message}",
                failed);
        }
    }
}

/// <summary>A running gateway did not do what was asked; the message says why.</summary>
internal sealed class ControlException(string message, Exception? innerException = null)
    : Exception(message, innerException);
