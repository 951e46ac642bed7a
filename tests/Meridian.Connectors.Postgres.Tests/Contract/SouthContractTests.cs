using System.Globalization;
using Meridian.Connectors.Postgres.South;
using Meridian.Fixtures;
using Meridian.Formats.Sql;
using Meridian.Sdk;
using Meridian.Sdk.Settings;
using Meridian.Sdk.South;
using Meridian.Testing.Contract;
using Meridian.Testing.Peers;

namespace Meridian.Connectors.Postgres.Tests.Contract;

/// <summary>The PostgreSQL South keeps the contract of the Sdk, on a real server.</summary>
public sealed class SouthContractTests
{
    public static TheoryData<string> Checks => [.. Of().Checks.Select(static check => check.Name)];

    [Theory]
    [MemberData(nameof(Checks))]
    public Task South_OnARealServer_Keeps(string check) => Of().RunAsync(check);

    [Theory]
    [InlineData("query next")]
    [InlineData("goes on")]
    public Task South_ThatGivesFiles_Keeps(string part) => Of(SqlResult.Csv).RunPartAsync(part);

    private static ConnectorContract Of(SqlResult result = SqlResult.Readings) => ConnectorContract.Of(
        PostgresConnectors.Manifests.OfType<SouthManifest>().Single(),
        async () => await TablePeer.NewAsync(result));

    /// <summary>A table in an empty database of the server that the tests share.</summary>
    private sealed class TablePeer(PostgresServer server, string database, SqlResult result) : ISouthPeer
    {
        public TcpRelay Relay { get; } = TcpRelay.Start("127.0.0.1", server.Port);

        public object Settings => new PostgresSouthSettings
        {
            Host = "127.0.0.1",
            Port = Relay.Port,
            Database = database,
            UserName = PostgresServer.UserName,
            Password = new Secret(PostgresServer.Password),
            ConnectTimeout = TimeSpan.FromSeconds(3), // Its driver asks for the types of the database at each.
            CommandTimeout = TimeSpan.FromSeconds(1),
        };

        public static async Task<ISouthPeer> NewAsync(SqlResult result)
        {
            var server = await PostgresServer.SharedAsync();
            var database = await server.CreateDatabaseAsync();
            await server.RunAsync(
                database,
                "CREATE TABLE samples (id bigint GENERATED ALWAYS AS IDENTITY, time timestamptz, name text, "
                + "value bigint)");
            return new TablePeer(server, database, result);
        }

        public IReadOnlyList<Item> ItemsOf(SouthCapabilities capability) =>
            capability == SouthCapabilities.Next ? [NextOf("a"), NextOf("b")] : [ItemOf("a"), ItemOf("b")];

        public async ValueTask YieldAsync(Item item, long value) => await server.RunAsync(
            database,
            string.Create(
                CultureInfo.InvariantCulture,
                $"INSERT INTO samples (time, name, value) VALUES (clock_timestamp(), '{item.Name}', {value})"));

        public ValueTask DisposeAsync() => Relay.DisposeAsync();

        private Item NextOf(string name) => new(name, new PostgresItemSettings
        {
            Mode = SqlMode.Sequence,
            Query = $"SELECT id, time, value FROM samples WHERE name = '{name}' AND id > @LastSequence "
                + "ORDER BY id LIMIT @Limit",
            Sequence = new SqlSequenceSpec { Limit = 3 },
            Result = result,
        });

        private static Item ItemOf(string name) => new(name, new PostgresItemSettings
        {
            Query = $"SELECT time, value FROM samples WHERE name = '{name}' AND time >= @StartTime AND time < @EndTime",
        });
    }
}
