using System.Diagnostics.CodeAnalysis;
using Meridian.Configuration;
using Meridian.Engine;
using Meridian.Engine.Supervision;
using Meridian.Fixtures;
using Microsoft.Extensions.Logging.Abstractions;

namespace Meridian.Benchmarks.Engine;

/// <summary>An engine on a folder of its own, with the real clock and the real disk.</summary>
internal sealed class EngineRun : IAsyncDisposable
{
    private readonly TempFolder _folder = new("meridian-bench-");
    private readonly CancellationTokenSource _stop = new();
    private Task _running = Task.CompletedTask;
    private MeridianEngine? _engine;

    public MeridianEngine Engine => _engine ?? throw new InvalidOperationException("It does not run.");

    /// <summary>Starts it and waits until all its connectors run.</summary>
    [SuppressMessage("ApiDesign", "RS0030:Do not use banned APIs", Justification = "Jitter; no figure depends on it.")]
    public async Task StartAsync(MeridianConfig config)
    {
        var services = new EngineServices(NullLoggerFactory.Instance, TimeProvider.System, Random.Shared);
        _engine = await MeridianEngine.OpenAsync(config, _folder.At("data"), services, CancellationToken.None);
        _running = _engine.RunAsync(_stop.Token);
        while (_engine.GetStatus().Souths.Any(static one => one.Connector.State != ConnectorState.Running))
        {
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        if (_engine is not null)
        {
            await _engine.DisposeAsync();
        }

        _stop.Dispose();
        _folder.Dispose();
    }
}
