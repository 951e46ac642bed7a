using System.Globalization;
using Meridian.Connectors.Basic.Box;
using Meridian.Sdk.Readings;
using Meridian.Sdk.South;
using Meridian.Testing;
using Meridian.Testing.Contexts;

namespace Meridian.Connectors.Basic.Tests.Box;

public sealed class BoxSouthTests
{
    private readonly ManualTimeProvider _time = new();
    private readonly FakeBox _box = new();

    [Theory]
    [InlineData(BoxMetric.Load, null, "0.42")]
    [InlineData(BoxMetric.Uptime, null, "3600.5")]
    [InlineData(BoxMetric.MemoryTotal, null, "1024000")]
    [InlineData(BoxMetric.MemoryUsed, null, "614400")]
    [InlineData(BoxMetric.SwapUsed, null, "102400")]
    [InlineData(BoxMetric.DiskFree, null, "300")]
    [InlineData(BoxMetric.DiskUsed, "/data", "600")]
    [InlineData(BoxMetric.DiskTotal, null, "1000")]
    [InlineData(BoxMetric.NetworkErrors, null, "7")]
    [InlineData(BoxMetric.NetworkErrors, "eth1", "4")]
    [InlineData(BoxMetric.Temperature, null, "61.5")]
    [InlineData(BoxMetric.Temperature, "cpu-thermal", "48")]
    [InlineData(BoxMetric.GatewayMemory, null, "4096")]
    [InlineData(BoxMetric.ServiceState, "ssh", "active")]
    public async Task Metric_ThatIsThere_IsAReading(BoxMetric metric, string? of, string expected)
    {
        await using var context = NewContext();

        var reading = await QueryAsync(new BoxSouth(context, _box), metric, of);

        Assert.Equal(expected, reading.Value.ToString());
        Assert.True(reading.Quality.IsGood);
    }

    [Theory]
    [InlineData(BoxMetric.Cpu, null, 25.0)]
    [InlineData(BoxMetric.DiskRead, null, 51_200.0)]
    [InlineData(BoxMetric.DiskWritten, "sda", 102_400.0)]
    [InlineData(BoxMetric.NetworkReceived, null, 300.0)]
    [InlineData(BoxMetric.NetworkSent, "eth0", 50.0)]
    [InlineData(BoxMetric.GatewayCpu, null, 20.0)]
    public async Task Rate_HasAFigureFromTheSecondLookOn(BoxMetric metric, string? of, double expected)
    {
        await using var context = NewContext();
        var south = new BoxSouth(context, _box);

        var first = await QueryAsync(south, metric, of);
        _time.Advance(TimeSpan.FromSeconds(10));
        _box.IsLater = true;
        var second = await QueryAsync(south, metric, of);
        _box.IsLater = false; // A counter that began anew.
        _time.Advance(TimeSpan.FromSeconds(10));
        var third = await QueryAsync(south, metric, of);

        Assert.Equal(ReadingValueKind.Null, first.Value.Kind);
        Assert.False(first.Quality.IsGood);
        Assert.Equal(expected, second.Value.AsDouble(), 6);
        Assert.Equal(ReadingValueKind.Null, third.Value.Kind);
    }

    [Theory]
    [InlineData(BoxMetric.NetworkSent, "wlan9", "There is no interface 'wlan9'")]
    [InlineData(BoxMetric.DiskRead, "nvme9", "There is no disk 'nvme9'")]
    [InlineData(BoxMetric.Temperature, "moon", "there are: cpu-thermal, coretemp")]
    [InlineData(BoxMetric.ServiceState, "nothing", "nothing")]
    public async Task Metric_ThatIsNotThere_IsBadAndSaysWhyAlone(BoxMetric metric, string of, string words)
    {
        await using var context = NewContext();
        var south = new BoxSouth(context, _box);
        var items = new[] { Item("wrong", metric, of), Item("right", BoxMetric.Load, null) };

        var content = await south.QueryLastPointAsync(items, CancellationToken.None);

        Assert.True(content.Readings.Span[0].Quality.IsBad);
        Assert.True(content.Readings.Span[1].Quality.IsGood);
        Assert.Contains(words, context.ItemProblems["wrong"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task ThisBox_OnLinux_TellsEverything()
    {
        await using var context = NewContext();
        var south = new BoxSouth(context, new ThisBox());
        BoxMetric[] all =
        [
            BoxMetric.Load, BoxMetric.Uptime, BoxMetric.MemoryTotal, BoxMetric.MemoryAvailable, BoxMetric.MemoryUsed,
            BoxMetric.DiskFree, BoxMetric.DiskUsed, BoxMetric.DiskTotal, BoxMetric.NetworkErrors,
            BoxMetric.GatewayMemory,
        ];

        foreach (var metric in all)
        {
            var reading = await QueryAsync(south, metric, null);
            Assert.True(reading.Quality.IsGood, $"{metric} has no figure.");
        }
    }

    [Fact]
    public async Task Test_OfThisBox_TellsWhatItIs()
    {
        await using var context = NewContext();

        var facts = await new BoxSouth(context, new ThisBox()).TestConnectionAsync(CancellationToken.None);

        Assert.Equal("Box System Processors", string.Join(' ', facts.Select(static fact => fact.Key)));
        Assert.Equal(Environment.MachineName, facts[0].Value);
        Assert.Contains("Linux", facts[1].Value, StringComparison.Ordinal);
        Assert.True(int.Parse(facts[2].Value, CultureInfo.InvariantCulture) > 0);
    }

    private TestSouthContext NewContext() => new(new TestContextOptions { Time = _time });

    private static Item Item(string name, BoxMetric metric, string? of) =>
        new(name, new BoxItemSettings { Metric = metric, Of = of });

    private static async Task<Reading> QueryAsync(BoxSouth south, BoxMetric metric, string? of) =>
        (await south.QueryLastPointAsync([Item("item", metric, of)], CancellationToken.None)).Readings.Span[0];
}
