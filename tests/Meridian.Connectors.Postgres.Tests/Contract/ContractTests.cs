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
    public static TheoryData<string> Checks => [.. Of().Checks.Select(static check => check.Name)];

    [Theory]
    [MemberData(nameof(Checks))]
    public Task North_OnARealServer_Keeps(string check) => Of().RunAsync(check);

    private static ConnectorContract Of() => ConnectorContract.Of(
        (NorthManifest)PostgresConnectors.Manifests[0], static async () => await DatabasePeer.NewAsync());

    /// <summary>An empty database of the server that the tests share.</summary>
    private sealed class DatabasePeer(PostgresServer server, string database) : INorthPeer
    {
        public TcpRelay Relay { get; } = TcpRelay.Start("127.0.0.1", server.Port);

        public object Settings => new PostgresNorthSettings
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
        };

        public static async Task<INorthPeer> NewAsync()
        {
            var server = await PostgresServer.SharedAsync();
            return new DatabasePeer(server, await server.CreateDatabaseAsync());
        }

        public async ValueTask<IReadOnlyList<long>?> ReadReceivedAsync()
        {
            var values = new List<long>();
            await using var connection = new NpgsqlConnection(server.ConnectionStringOf(database));
            await connection.OpenAsync();
            await using var command = new NpgsqlCommand("SELECT value::bigint FROM readings", connection);
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
