using Meridian.Connectors.Postgres.North;
using Meridian.Connectors.Postgres.South;
using Meridian.Connectors.Postgres.Tests.North;
using Meridian.Connectors.Postgres.Tests.South;
using Meridian.Fixtures;
using Meridian.Sdk;
using Meridian.Sdk.Faults;
using Meridian.Sdk.North;
using Meridian.Sdk.Settings;
using Meridian.Testing.Contexts;

namespace Meridian.Connectors.Postgres.Tests.Link;

/// <summary>
/// A North or a South on an empty database, and three data for it to carry: what is said of one's link is said of the
/// other's.
/// </summary>
internal sealed class LinkRig : IAsyncDisposable
{
    private const int Count = 3;

    private readonly bool _isNorth;
    private readonly TestNorthContext _northContext = new();
    private readonly TestSouthContext _southContext = new();
    private IConnector? _connector;
    private IReadOnlyList<DeliveryPosition> _positions = [];

    /// <summary>How often it has said that it is connected, which the status shows.</summary>
    private int ConnectedCount => _isNorth ? _northContext.ConnectedCount : _southContext.ConnectedCount;

    private LinkRig(bool isNorth, PostgresServer server, string database) =>
        (_isNorth, Server, Database) = (isNorth, server, database);

    public PostgresServer Server { get; }

    public string Database { get; }

    /// <summary>The settings that work.</summary>
    public PostgresConnectionSettings Settings => SettingsOf(TimeSpan.FromSeconds(30));

    public static async Task<LinkRig> NewAsync(bool isNorth, PostgresServer? own = null)
    {
        var server = own ?? await PostgresServer.SharedAsync();
        var rig = new LinkRig(isNorth, server, await server.CreateDatabaseAsync());
        await server.RunAsync(
            rig.Database,
            "CREATE TABLE t (time timestamptz, value int); "
            + $"INSERT INTO t SELECT '2026-11-21 10:15Z', n FROM generate_series(1, {Count}) AS n");
        return rig;
    }

    /// <summary>The settings with a limit for commands, which both have, each its own.</summary>
    public PostgresConnectionSettings SettingsOf(TimeSpan commandTimeout)
    {
        var password = new Secret(PostgresServer.Password);
        return _isNorth
            ? new PostgresNorthSettings
            {
                Host = "127.0.0.1",
                Port = Server.Port,
                Database = Database,
                UserName = PostgresServer.UserName,
                Password = password,
                CommandTimeout = commandTimeout,
            }
            : new PostgresSouthSettings
            {
                Host = "127.0.0.1",
                Port = Server.Port,
                Database = Database,
                UserName = PostgresServer.UserName,
                Password = password,
                CommandTimeout = commandTimeout,
            };
    }

    /// <summary>Makes the instance, the only one of the test: it comes right with the settings it has.</summary>
    public LinkRig Make(PostgresConnectionSettings settings)
    {
        _connector = settings is PostgresNorthSettings north
            ? new PostgresNorth(_northContext, north)
            : new PostgresSouth(_southContext, (PostgresSouthSettings)settings);
        return this;
    }

    /// <summary>Connects as the engine does: a North is asked where it stands.</summary>
    public async Task ConnectAsync()
    {
        await _connector!.ConnectAsync(CancellationToken.None);
        if (_connector is PostgresNorth north)
        {
            _positions = await north.ReadPositionsAsync(NorthRig.NorthId, CancellationToken.None);
        }
    }

    /// <summary>What a connect says that fails.</summary>
    public async Task<ConnectorException> ConnectFaultAsync()
    {
        var before = ConnectedCount;
        var fault = await Assert.ThrowsAsync<ConnectorException>(
            () => ConnectAsync().WaitAsync(Deadline.Default, TimeProvider.System));
        Assert.Equal(before, ConnectedCount);
        return fault;
    }

    /// <summary>A fact that a test of the connection tells.</summary>
    public async Task<string> FactAsync(string name) =>
        (await _connector!.TestConnectionAsync(CancellationToken.None))
            .Single(fact => string.Equals(fact.Key, name, StringComparison.Ordinal)).Value;

    /// <summary>
    /// The North stores the batch, always the same one, unless it says that it has it; the South gives the rows.
    /// </summary>
    public async Task CarryAsync()
    {
        if (_connector is PostgresSouth south)
        {
            var readings = await SouthRig.AskAsync(south, SouthRig.Window, SouthRig.Item(
                "SELECT time, value FROM t WHERE time >= @StartTime AND time < @EndTime ORDER BY value"));
            Assert.Equal(
                Enumerable.Range(1, Count).Select(static one => (long)one),
                readings.Select(static one => one.Value.AsInt64()));
        }
        else if (_positions.Count == 0)
        {
            var outcome = await ((PostgresNorth)_connector!).HandleValuesAsync(
                NorthRig.Numbers(0, Count), CancellationToken.None);
            Assert.Equal(DeliveryOutcome.Delivered, outcome);
        }
    }

    /// <summary>What is said when nothing can be carried.</summary>
    public Task<ConnectorException> CarryFaultAsync() => Assert.ThrowsAsync<ConnectorException>(
        () => CarryAsync().WaitAsync(Deadline.Default, TimeProvider.System));

    /// <summary>It comes right by itself: connects again, shows it, and has carried each datum once.</summary>
    public async Task RecoversAsync()
    {
        var before = ConnectedCount;
        await ConnectAsync();
        Assert.Equal(before + 1, ConnectedCount);
        await CarryAsync();
        if (_isNorth)
        {
            Assert.Equal(
                "0,1,2",
                await Server.AskAsync<string>(
                    Database, "SELECT string_agg(position::text, ',' ORDER BY position) FROM readings"));
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_connector is not null)
        {
            await _connector.DisconnectAsync(CancellationToken.None);
        }

        Assert.Empty(_northContext.Mistakes);
        Assert.Empty(_southContext.Mistakes);
        _northContext.Dispose();
        await _southContext.DisposeAsync();
    }
}
