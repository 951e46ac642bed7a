using Meridian.Connectors.Basic.Files;
using Meridian.Sdk.Settings;

namespace Meridian.Connectors.Basic.Tests.Files;

/// <summary>
/// A kill at every point: the folder and the durable state are copied at each step of a run, and a new North goes on
/// from every copy. In the end each reading stands in the complete files once, in order.
/// </summary>
public sealed class FilesNorthCrashTests : IDisposable
{
    public enum Damage
    {
        None,
        TornWrite,
        EmptyPartBegun,
        NextPartBegun,
    }

    private const int Total = 24;
    private const int BatchSize = 3;

    private readonly TemporaryFolder _folder = new();
    private readonly List<Snapshot> _snapshots = [];

    public void Dispose()
    {
        _folder.Dispose();
        _snapshots.ForEach(snapshot => snapshot.Folder.Dispose());
    }

    [Theory]
    [InlineData(Damage.None)]
    [InlineData(Damage.TornWrite)]
    [InlineData(Damage.EmptyPartBegun)]
    [InlineData(Damage.NextPartBegun)]
    public async Task Kill_AtEveryPoint_EachReadingIsThereOnce(Damage damage)
    {
        await RunWithSnapshotsAsync();
        Assert.True(_snapshots.Count > 30);

        foreach (var snapshot in _snapshots)
        {
            Apply(snapshot, damage);
            var context = new FakeNorthContext(state: snapshot.State, count: snapshot.Count);
            await RunAsync(context, snapshot.Folder, snapshot.Count);

            Assert.Equal(Enumerable.Range(0, Total), snapshot.Folder.Values());
            Assert.DoesNotContain(snapshot.Folder.Names, name => name.EndsWith(".part", StringComparison.Ordinal));
        }
    }

    private async Task RunWithSnapshotsAsync()
    {
        var context = new FakeNorthContext();
        var notes = 0;
        context.OnPersist = Take;
        context.OnNote = () =>
        {
            Take();

            // Now and then the engine makes the cursor durable by itself.
            if (++notes % 5 == 0)
            {
                context.Persist();
            }
        };
        await RunAsync(context, _folder, 0);
        Take();

        void Take() => _snapshots.Add(new Snapshot(_folder.Copy(), context.DurableState, context.DurableCount));
    }

    private static async Task RunAsync(FakeNorthContext context, TemporaryFolder folder, int start)
    {
        using var north = new FilesNorth(
            context, new FilesNorthSettings { Directory = folder.Path, MaxFileSize = new ByteSize(300) });
        await north.ConnectAsync(CancellationToken.None);
        for (var end = start + BatchSize; end <= Total; end += BatchSize)
        {
            await context.DeliverUpToAsync(north, end);
        }

        await north.DisconnectAsync(CancellationToken.None);
        await north.StopAsync(CancellationToken.None);
    }

    private static void Apply(Snapshot snapshot, Damage damage)
    {
        var parts = snapshot.Folder.Names.Where(name => name.EndsWith(".part", StringComparison.Ordinal)).ToArray();
        if (damage == Damage.TornWrite)
        {
            foreach (var part in parts)
            {
                File.AppendAllText(snapshot.Folder.Join(part), "1970-01-01T00:00:00.0000000Z,p,99");
            }
        }
        else if (damage != Damage.None && parts.Length == 0)
        {
            File.WriteAllText(
                snapshot.Folder.Join("values-20261121T101600Z-000099.csv.part"),
                damage == Damage.EmptyPartBegun ? string.Empty : "timestamp,point,value,quality\r\nx,p,99,good\r\n");
        }
    }

    private sealed record Snapshot(TemporaryFolder Folder, byte[] State, int Count);
}
