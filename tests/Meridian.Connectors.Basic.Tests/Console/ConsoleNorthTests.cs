using System.Globalization;
using Meridian.Connectors.Basic.Console;
using Meridian.Sdk.North;
using Meridian.Sdk.Readings;

namespace Meridian.Connectors.Basic.Tests.Console;

public sealed class ConsoleNorthTests : IDisposable
{
    private readonly StringWriter _output = new(CultureInfo.InvariantCulture) { NewLine = "\n" };
    private readonly Deliveries _deliveries = new();

    public void Dispose()
    {
        _output.Dispose();
        _deliveries.Dispose();
    }

    [Fact]
    public async Task Handle_Text_IsALinePerReading()
    {
        var north = Make(new ConsoleNorthSettings { Format = ConsoleFormat.Text });

        await _deliveries.DeliverUpToAsync(north, 2);

        Assert.Equal(
            "1970-01-01T00:00:00.0000000Z p 0 good\n1970-01-01T00:00:01.0000000Z p 1 good\n", _output.ToString());
    }

    [Fact]
    public async Task Handle_Table_HasColumns()
    {
        var north = Make(new ConsoleNorthSettings());

        await _deliveries.DeliverUpToAsync(north, 1);

        Assert.Equal("00:00:00.000  " + "p".PadRight(40) + " " + "0".PadLeft(12) + "  good\n", _output.ToString());
    }

    [Fact]
    public async Task Handle_Json_IsAnObjectPerLine()
    {
        var north = Make(new ConsoleNorthSettings { Format = ConsoleFormat.Json });

        await _deliveries.DeliverUpToAsync(north, 1);

        Assert.Equal(
            """{"point":"p","timestamp":"1970-01-01T00:00:00.0000000Z","value":0,"quality":"good"}""" + "\n",
            _output.ToString());
    }

    [Fact]
    public async Task Handle_MoreThanALineRate_SaysWhatIsLeftOut()
    {
        var north = Make(new ConsoleNorthSettings { Format = ConsoleFormat.Text, MaxLinesPerSecond = 2 });

        await _deliveries.DeliverUpToAsync(north, 1_505);
        _deliveries.Clock.Advance(TimeSpan.FromSeconds(1));
        await _deliveries.DeliverUpToAsync(north, 1_508);
        await north.DisconnectAsync(CancellationToken.None);

        var lines = _output.ToString().Split('\n');
        Assert.Equal(7, lines.Length);
        Assert.Equal("# 1,503 readings left out; at most 2 lines a second are shown", lines[2]);
        Assert.Contains(" p 1505 ", lines[3], StringComparison.Ordinal);
        Assert.StartsWith("# 1 readings", lines[5], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Handle_ControlCharacters_AreShownNotObeyed()
    {
        var north = Make(new ConsoleNorthSettings { Format = ConsoleFormat.Text });
        Reading[] readings = [new Reading("p", DateTimeOffset.UnixEpoch, ReadingValue.From("\u001b[2J\nx"))];

        var batch = new ValuesBatch(default, readings, new long[1], new DeliveryPosition(default, "n", default));
        await north.HandleValuesAsync(batch, CancellationToken.None);

        Assert.Contains("\\u001b[2J\\u000ax", _output.ToString(), StringComparison.Ordinal);
        Assert.Single(_output.ToString(), character => character == '\n');
    }

    private IHandlesValues Make(ConsoleNorthSettings settings) =>
        (IHandlesValues)ConsoleNorthManifest.Create(_output).Create(_deliveries.Context, settings);
}
