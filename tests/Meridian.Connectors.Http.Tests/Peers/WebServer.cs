using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Meridian.Connectors.Http.Tests.Peers;

/// <summary>
/// A web server on 127.0.0.1 that keeps what it takes and answers as a test says: Kestrel, misbehaving on purpose. Any
/// thread.
/// </summary>
internal sealed class WebServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<Func<HttpContext, Received, Task>> _script = new();
    private readonly List<Received> _received = [];
    private readonly Lock _lock = new();
    private bool _isDisposed;

    private WebServer(WebApplication app) => _app = app;

    /// <summary>Answers what no scripted answer is for.</summary>
    public Func<HttpContext, Received, Task> Otherwise { get; set; } = Answers.Status(204);

    public int Port { get; private set; }

    public string Scheme { get; private set; } = "http";

    public Uri Url => new($"{Scheme}://127.0.0.1:{Port}/data");

    /// <summary>All requests but HEAD, in the order they came.</summary>
    public IReadOnlyList<Received> Received
    {
        get
        {
            lock (_lock)
            {
                return [.. _received];
            }
        }
    }

    public static async Task<WebServer> StartAsync(
        X509Certificate2? certificate = null, bool asksForCertificate = false, int port = 0)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(options =>
        {
            options.Limits.MaxRequestBodySize = null;
            options.Limits.MinRequestBodyDataRate = null;
            options.Limits.MinResponseDataRate = null;
            options.Listen(IPAddress.Loopback, port, listen =>
            {
                listen.Protocols = HttpProtocols.Http1;
                if (certificate is not null)
                {
                    // A key that was made here cannot be used in a handshake everywhere; one from a file can.
                    var usable = X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pkcs12), null);
                    listen.UseHttps(usable, https =>
                    {
                        https.ClientCertificateMode = asksForCertificate
                            ? ClientCertificateMode.RequireCertificate
                            : ClientCertificateMode.NoCertificate;
                        https.ClientCertificateValidation = static (_, _, _) => true;
                    });
                }
            });
        });
        var app = builder.Build();
        var server = new WebServer(app) { Scheme = certificate is null ? "http" : "https" };
        app.Run(server.HandleAsync);
        await app.StartAsync();
        var addresses = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!;
        server.Port = new Uri(addresses.Addresses.First()).Port;
        return server;
    }

    /// <summary>Answers the next requests, in order.</summary>
    public void Next(params Func<HttpContext, Received, Task>[] answers)
    {
        foreach (var answer in answers)
        {
            _script.Enqueue(answer);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!_isDisposed)
        {
            _isDisposed = true;
            await _app.StopAsync();
            await _app.DisposeAsync();
        }
    }

    private async Task HandleAsync(HttpContext http)
    {
        using var body = new MemoryStream();
        try
        {
            await http.Request.Body.CopyToAsync(body, http.RequestAborted);
        }
        catch (Exception gone) when (gone is IOException or OperationCanceledException)
        {
            return; // a request that did not come whole was not taken
        }

        var raw = http.Features.Get<IHttpRequestFeature>()!.RawTarget;
        var received = new Received(
            http.Request.Method,
            raw,
            http.Request.Headers.ToDictionary(
                static one => one.Key, static one => one.Value.ToString(), StringComparer.OrdinalIgnoreCase),
            body.ToArray());
        if (HttpMethods.IsHead(http.Request.Method))
        {
            if (IsForHead(out var forHead))
            {
                await forHead(http, received);
            }

            return;
        }

        lock (_lock)
        {
            _received.Add(received);
        }

        await (_script.TryDequeue(out var answer) ? answer : Otherwise)(http, received);
    }

    /// <summary>How HEAD is answered; null answers 200.</summary>
    public Func<HttpContext, Received, Task>? Head { get; set; }

    private bool IsForHead(out Func<HttpContext, Received, Task> answer)
    {
        answer = Head ?? Answers.Status(200);
        return Head is not null;
    }
}
