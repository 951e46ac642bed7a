using Meridian.Connectors.Postgres;
using Meridian.Connectors.Postgres.North;
using Meridian.Fixtures;
using Meridian.Sdk;
using Meridian.Sdk.Faults;
using Meridian.Sdk.North;
using Meridian.Sdk.Settings;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Meridian.Benchmarks.Postgres;

/// <summary>The real North, made by its manifest.</summary>
internal sealed class NorthWriter : IRowWriter
{
    /// <summary>What is measured, by its name.</summary>
    public static readonly IReadOnlyDictionary<string, Func<PostgresNorthSettings, PostgresNorthSettings>> All =
        new Dictionary<string, Func<PostgresNorthSettings, PostgresNorthSettings>>(StringComparer.Ordinal)
        {
            ["tall"] = static settings => settings,
            ["per-type"] = static settings => settings with { Layout = PostgresLayout.PerType },
            ["tall-update"] = static settings => settings with { Upsert = PostgresUpsert.Update },
        };

    private readonly IHandlesValues _north;

    /// <summary>Makes the North of a name.</summary>
    public NorthWriter(string name, int port, string database)
    {
        var settings = All[name](new PostgresNorthSettings
        {
            Host = "127.0.0.1",
            Port = port,
            Database = database,
            UserName = PostgresServer.UserName,
            Password = new Secret(PostgresServer.Password),
        });
        var manifest = PostgresConnectors.Manifests.OfType<NorthManifest>().Single();
        _north = (IHandlesValues)manifest.Create(new QuietContext(), settings);
    }

    /// <inheritdoc/>
    public Task BeginAsync() => _north.ConnectAsync(CancellationToken.None);

    /// <inheritdoc/>
    public async ValueTask WriteAsync(ValuesBatch batch)
    {
        var outcome = await _north.HandleValuesAsync(batch, CancellationToken.None);
        if (outcome.Kind != DeliveryOutcomeKind.Delivered)
        {
            throw new InvalidOperationException($"Not delivered: {outcome.Reason}");
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => await _north.DisconnectAsync(CancellationToken.None);

    /// <summary>What the engine lends a North, as far as this one uses it.</summary>
    private sealed class QuietContext : INorthContext
    {
        public string Name => "bench";

        public bool IsTest => false;

        public string Folder => throw new NotSupportedException("The PostgreSQL North needs no folder.");

        public ILoggerFactory Loggers => NullLoggerFactory.Instance;

        public TimeProvider Time => TimeProvider.System;

        public Random Random => throw new NotSupportedException("The PostgreSQL North draws no random numbers.");

        public ReadOnlyMemory<byte> DeliveryState => default;

        public void ReportConnected()
        {
            // It is awaited.
        }

        public void ReportRetrying(ConnectorException fault) => throw fault;

        public void ReportLost(ConnectorException fault) => throw fault;

        public ValueTask PersistDeliveryAsync(CancellationToken cancellationToken) =>
            throw new NotSupportedException("The destination keeps the position.");
    }
}
