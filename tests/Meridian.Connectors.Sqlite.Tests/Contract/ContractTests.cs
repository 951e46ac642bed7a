using System.Globalization;
using Meridian.Connectors.Sqlite.South;
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

    private static ConnectorContract Of() => ConnectorContract.Of(
        (SouthManifest)SqliteConnectors.Manifests[0],
        static async () => await FilePeer.NewAsync(),
        new ContractOptions { CancelPoints = 4, LifeCount = 4 });

    private sealed class FilePeer : ISouthPeer
    {
        private readonly SqliteFile _file = new();

        public object Settings =>
            new SqliteSouthSettings { File = _file.Path, CommandTimeout = TimeSpan.FromSeconds(1) };

        public static async Task<ISouthPeer> NewAsync()
        {
            var peer = new FilePeer();
            await peer._file.RunAsync("CREATE TABLE samples (time TEXT, name TEXT, value INTEGER);");
            return peer;
        }

        public IReadOnlyList<Item> ItemsOf(SouthCapabilities capability) => [ItemOf("a"), ItemOf("b")];

        public async ValueTask YieldAsync(Item item, long value) =>
            await _file.RunWhereThereAsync(string.Create(
                CultureInfo.InvariantCulture,
                $"INSERT INTO samples VALUES (strftime('%Y-%m-%dT%H:%M:%fZ', 'now'), '{item.Name}', {value});"));

        public async ValueTask VanishAsync() => await _file.MoveAsideAsync();

        public async ValueTask ReturnAsync() => await _file.MoveBackAsync();

        public ValueTask DisposeAsync() => _file.DisposeAsync();

        private static Item ItemOf(string name) => new(name, new SqliteItemSettings
        {
            Query = $"SELECT time, value FROM samples WHERE name = '{name}' AND time >= @StartTime AND time < @EndTime",
        });
    }
}
