using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using Meridian.Connectors.Modbus.Connection;
using Meridian.Connectors.Modbus.Planning;
using Meridian.Connectors.Modbus.Querying;
using Meridian.Sdk;
using Meridian.Sdk.Intakes;
using Meridian.Sdk.South;
using Microsoft.Extensions.Logging;

namespace Meridian.Connectors.Modbus.South;

/// <summary>
/// Reads coils and registers of a device, or of the units behind a gateway, and writes setpoints to them. One
/// connection; a query and a setpoint take turns on it.
/// </summary>
[SuppressMessage(
    "Design",
    "CA1001:Types that own disposable fields should be disposable",
    Justification = "StopAsync disposes them.")]
internal sealed partial class ModbusSouth : IQueriesLastPoint, IWritesSetpoints
{
    private readonly ISouthContext _context;
    private readonly ModbusSouthSettings _settings;
    private readonly ILogger _logger;
    private readonly ModbusChannel _channel;
    private readonly Turns _turns = new();
    private readonly QueryRun _query;

    // The engine gives the same list until the items change; then the old plan goes with the old list.
    private readonly ConditionalWeakTable<IReadOnlyList<Item>, RequestPlan> _plans = [];

    public ModbusSouth(ISouthContext context, ModbusSouthSettings settings)
    {
        _context = context;
        _settings = settings;
        _logger = context.Loggers.CreateLogger<ModbusSouth>();
        _channel = new ModbusChannel(settings, context.Time);
        _query = new QueryRun(context, settings, _channel, _turns, _logger);
    }

    /// <inheritdoc/>
    public async Task ConnectAsync(CancellationToken cancellationToken)
    {
        await _turns.TakeAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            _channel.Allow();
            _query.Connected();
            await _channel.EnsureOpenAsync(cancellationToken).ConfigureAwait(false);
            if (!_settings.KeepConnection)
            {
                _channel.Close();
            }
        }
        finally
        {
            _turns.Give();
        }

        _context.ReportConnected();
    }

    /// <inheritdoc/>
    /// <remarks>Allocates nothing per item while all is well; texts are new strings.</remarks>
    public async ValueTask<ReadingsContent> QueryLastPointAsync(
        IReadOnlyList<Item> items, CancellationToken cancellationToken)
    {
        if (!_plans.TryGetValue(items, out var plan))
        {
            plan = RequestPlan.Of(items, _settings);
            _plans.Add(items, plan);
        }

        await _query.RunAsync(plan, cancellationToken).ConfigureAwait(false);
        return plan.Content;
    }

    /// <inheritdoc/>
    public Task DisconnectAsync(CancellationToken cancellationToken)
    {
        _channel.Forbid(); // Modbus knows no farewell.
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken)
    {
        _channel.Dispose();
        _turns.Dispose();
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<Diagnostic>> TestConnectionAsync(CancellationToken cancellationToken) =>
        ConnectionTest.RunAsync(_settings, _context, cancellationToken);
}
