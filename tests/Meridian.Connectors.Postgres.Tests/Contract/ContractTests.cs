using System.Diagnostics.CodeAnalysis;
using Meridian.Connectors.Postgres.North;
using Meridian.Fixtures;
using Meridian.Sdk;
using Meridian.Sdk.Settings;
using Meridian.Testing.Contract;
using Meridian.Testing.Peers;
using Npgsql;

namespace Meridian.Connectors.Postgres.Tests.Contract;

/// <summary>The PostgreSQL North keeps the contract of the Sdk, on a real server.</summary>
public sealed class ContractTests
{
    public static TheoryData<string> Checks => [.. Tall().Checks.Select(static check => check.Name)];

    [Theory]
    [MemberData(nameof(Checks))]
    public Task North_OnARealServer_Keeps(string check) => Tall().RunAsync(check);

    /// <summary>The contract of the North with some settings.</summary>
    /// <param name="change">Makes the settings of the plain ones.</param>
    /// <param name="column">The column of the table that holds whole numbers.</param>
    internal static ConnectorContract Of(Func<PostgresNorthSettings, PostgresNorthSettings> change, string column) =>
        ConnectorContract.Of(
            PostgresConnectors.Manifests.OfType<NorthManifest>().Single(),
            async () => await DatabasePeer.NewAsync(change, column));

    /// <summary>The checks of a further layout: without those that cancel what no layout has a part in.</summary>
    internal static TheoryData<string> NamesOf(ConnectorContract contract) =>
    [
        .. contract.Checks.Select(static check => check.Name).Where(static name => TestMode.IsLong
            || name is "cancel handle values everywhere" || !name.StartsWith("cancel", StringComparison.Ordinal)),
    ];

    private static ConnectorContract Tall() => Of(static settings => settings, "value");

    /// <summary>An empty database of the server that the tests share.</summary>
    private sealed class DatabasePeer(
        PostgresServer server,
        string database,
        Func<PostgresNorthSettings, PostgresNorthSettings> change,
        string column) : INorthPeer
    {
        public TcpRelay Relay { get; } = TcpRelay.Start("127.0.0.1", server.Port);

        public object Settings => change(new PostgresNorthSettings
        {
            Host = "127.0.0.1",
            Port = Relay.Port,
            Database = database,
            UserName = PostgresServer.UserName,
            Password = new Secret(PostgresServer.Password),

            // A cancelled command on a silent server ends within these: the driver tells the server over a connection
            // of its own, and takes back an open COPY.
            ConnectTimeout = TimeSpan.FromSeconds(1),
            CommandTimeout = TimeSpan.FromSeconds(1),
        });

        public static async Task<INorthPeer> NewAsync(
            Func<PostgresNorthSettings, PostgresNorthSettings> change, string column)
        {
            var server = await PostgresServer.SharedAsync();
            return new DatabasePeer(server, await server.CreateDatabaseAsync(), change, column);
        }

        [SuppressMessage("Security", "CA2100:Review SQL queries", Justification = "The tests write the SQL.")]
        public async ValueTask<IReadOnlyList<long>?> ReadReceivedAsync()
        {
            var values = new List<long>();
            await using var connection = new NpgsqlConnection(server.ConnectionStringOf(database));
            await connection.OpenAsync();
            await using var command = new NpgsqlCommand($"SELECT {column}::bigint FROM readings", connection);
            try
            {
                await using var reader = await command.ExecuteReaderAsync();
                while (await reader.ReadAsync())
                {
                    values.Add(reader.GetInt64(0));
                }
            }
            catch (PostgresException missing) when (missing.SqlState is PostgresErrorCodes.UndefinedTable)
            {
                // A check that never connected has made no table.
            }

            return values;
        }

        public ValueTask DisposeAsync() => Relay.DisposeAsync();
    }
}
