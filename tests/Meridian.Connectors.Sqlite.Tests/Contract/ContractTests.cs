using System.Globalization;
using Meridian.Connectors.Sqlite.South;
using Meridian.Fixtures;
using Meridian.Formats.Sql;
using Meridian.Sdk;
using Meridian.Sdk.South;
using Meridian.Testing.Contract;
using Meridian.Testing.Peers;

namespace Meridian.Connectors.Sqlite.Tests.Contract;

/// <summary>The SQLite South keeps the contract of the Sdk, on a file that another program writes.</summary>
public sealed class ContractTests
{
    public static TheoryData<string> Checks => [.. Of().Checks.Select(static check => check.Name)];

    [Theory]
    [MemberData(nameof(Checks))]
    public Task South_OnARealFile_Keeps(string check) => Of().RunAsync(check);

    [Theory]
    [InlineData("query next")]
    [InlineData("goes on")]
    public Task South_ThatGivesFiles_Keeps(string part) => Of(SqlResult.Csv).RunPartAsync(part);

    private static ConnectorContract Of(SqlResult result = SqlResult.Readings) => ConnectorContract.Of(
        (SouthManifest)SqliteConnectors.Manifests[0],
        async () => await FilePeer.NewAsync(result),
        new ContractOptions { CancelPoints = 4, LifeCount = 4 });

    private sealed class FilePeer(SqlResult result) : ISouthPeer
    {
        private readonly SqliteFile _file = new();

        public object Settings =>
            new SqliteSouthSettings { File = _file.Path, CommandTimeout = TimeSpan.FromSeconds(1) };

        public static async Task<ISouthPeer> NewAsync(SqlResult result)
        {
            var peer = new FilePeer(result);
            await peer._file.RunAsync(
                "CREATE TABLE samples (id INTEGER PRIMARY KEY AUTOINCREMENT, time TEXT, name TEXT, value INTEGER);");
            return peer;
        }

        public IReadOnlyList<Item> ItemsOf(SouthCapabilities capability) =>
            capability == SouthCapabilities.Next ? [NextOf("a"), NextOf("b")] : [ItemOf("a"), ItemOf("b")];

        public async ValueTask YieldAsync(Item item, long value) =>
            await _file.RunWhereThereAsync(string.Create(
                CultureInfo.InvariantCulture,
                $"""
                INSERT INTO samples (time, name, value)
                VALUES (strftime('%Y-%m-%dT%H:%M:%fZ', 'now'), '{item.Name}', {value});
                """));

        public async ValueTask VanishAsync() => await _file.MoveAsideAsync();

        public async ValueTask ReturnAsync() => await _file.MoveBackAsync();

        public ValueTask DisposeAsync() => _file.DisposeAsync();

        private Item NextOf(string name) => new(name, new SqliteItemSettings
        {
            Mode = SqlMode.Sequence,
            Query = $"SELECT id, time, value FROM samples WHERE name = '{name}' AND id > @LastSequence "
                + "ORDER BY id LIMIT @Limit",
            Sequence = new SqlSequenceSpec { Limit = 3 },
            Result = result,
        });

        private static Item ItemOf(string name) => new(name, new SqliteItemSettings
        {
            Query = $"SELECT time, value FROM samples WHERE name = '{name}' AND time >= @StartTime AND time < @EndTime",
        });
    }
}
