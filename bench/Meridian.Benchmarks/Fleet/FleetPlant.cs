using System.Globalization;
using System.Text;
using Meridian.Fixtures;

namespace Meridian.Benchmarks.Fleet;

/// <summary>
/// The readings of a flow, as its source has them: one every 10 ms from <see cref="Start"/> on, of one point, and a
/// folder for whatever keeps them.
/// </summary>
internal sealed class FleetPlant(int count) : IAsyncDisposable
{
    /// <summary>The time of the first reading.</summary>
    public static readonly DateTimeOffset Start = new(2026, 3, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly TempFolder _folder = new("meridian-fleet-");
    private readonly List<IAsyncDisposable> _peers = [];

    /// <summary>How many readings there are.</summary>
    public int Count => count;

    /// <summary>A path in its folder.</summary>
    public string At(string name) => _folder.At(name);

    /// <summary>Ends a peer with the plant.</summary>
    public T Keep<T>(T peer)
        where T : IAsyncDisposable
    {
        _peers.Add(peer);
        return peer;
    }

    /// <summary>A web service that has the readings, and takes any.</summary>
    public WebPeer ServeWeb() => Keep(MakeWeb());

    /// <summary>The time of a reading.</summary>
    public static DateTimeOffset TimeOf(long number) => Start.AddMilliseconds(10 * number);

    /// <summary>Its value.</summary>
    public static double ValueOf(long number) => Math.Round(20 + (number % 1_000 / 100d), 2);

    /// <summary>Writes them into a CSV file of a folder of its own.</summary>
    /// <returns>The folder.</returns>
    public async Task<string> WriteCsvAsync()
    {
        var source = Directory.CreateDirectory(At("source")).FullName;
        await using var file = new StreamWriter(Path.Combine(source, "readings.csv"), append: false, Encoding.ASCII);
        await file.WriteAsync("time,value\n");
        for (var i = 0; i < count; i++)
        {
            await file.WriteAsync(string.Create(
                CultureInfo.InvariantCulture, $"{TimeOf(i):yyyy-MM-ddTHH:mm:ss.fffZ},{ValueOf(i)}\n"));
        }

        return source;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var peer in _peers)
        {
            await peer.DisposeAsync();
        }

        _folder.Dispose();
    }

    private WebPeer MakeWeb() => new(count);
}
