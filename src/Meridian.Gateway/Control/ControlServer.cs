using Meridian.Engine;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Meridian.Gateway.Control;

/// <summary>Lets the commands of this machine ask and steer a running gateway.</summary>
internal sealed class ControlServer : IAsyncDisposable
{
    private static readonly TimeSpan StopWithin = TimeSpan.FromSeconds(2);

    private readonly WebApplication _app;

    private ControlServer(WebApplication app) => _app = app;

    /// <summary>
    /// Listens. Null where the data folder's path is too long for a socket; the gateway runs all the same, and the log
    /// says so.
    /// </summary>
    /// <exception cref="IOException">The socket cannot be made.</exception>
    public static async Task<ControlServer?> StartAsync(
        MeridianEngine engine, string dataFolder, ILoggerFactory loggers)
    {
        var path = ControlSocket.PathIn(dataFolder);
        if (!ControlSocket.Fits(path))
        {
            loggers.CreateLogger<ControlServer>().LogPathTooLong(path);
            return null;
        }

        // The folder is this process's alone: what lies there was left by one that was killed.
        File.Delete(path);
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddRoutingCore();
        builder.Services.AddSingleton(loggers);
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.ListenUnixSocket(path, static listen => listen.Protocols = HttpProtocols.Http1);
        });
        var app = builder.Build();
        ControlRoutes.Map(app, engine);
        await app.StartAsync();
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        return new ControlServer(app);
    }

    public async ValueTask DisposeAsync()
    {
        using var within = new CancellationTokenSource(StopWithin);
        await _app.StopAsync(within.Token);
        await _app.DisposeAsync();
    }

    /// <summary>The gateway listens to signals by itself.</summary>
    private sealed class NoLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
