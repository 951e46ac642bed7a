using System.Text;
using Meridian.Fixtures;
using Meridian.Sdk.Readings;

namespace Meridian.Connectors.Mqtt.Tests.Faults;

/// <summary>A value that is not what the settings say: it alone is set aside, in sight, and the others go on.</summary>
public sealed class ValueTests
{
    [Theory]
    [InlineData("overload")]
    [InlineData("21,5")]
    [InlineData("")]
    public async Task South_TextInPlaceOfANumber_IsKeptAsItCameAndCounted(string payload)
    {
        await using var mosquitto = await MosquittoServer.StartAsync();
        await using var plant = await Plant.StartAsync(
            Side.South, IPlantPeer.SettingsOf(Side.South, mosquitto.Port), new MosquittoPeer(mosquitto));
        await plant.UntilRunningAsync();

        await plant.GiveAsync(50);
        await MosquittoClients.PublishAsync(mosquitto.Port, "plant/once", [payload]);
        await plant.GiveAsync(50);

        await plant.AllArriveAsync();
        var other = Assert.Single(plant.Others);
        Assert.Equal(payload, Encoding.UTF8.GetString(other.Value.AsBytes().Span));
        Assert.Equal(("plant/once", Quality.BadDecoding), (other.Point, other.Quality));
        Assert.Equal(1, plant.UndecodedCount);
    }

    [Theory]
    [InlineData("#", "wildcard")]
    [InlineData("a\0b", "U+0000")]
    public async Task North_ValueThatMakesNoTopic_IsInQuarantineWithItsReason(string value, string words)
    {
        await using var mosquitto = await MosquittoServer.StartAsync();
        await using var plant = await Plant.StartAsync(
            Side.North, IPlantPeer.SettingsOf(Side.North, mosquitto.Port), new MosquittoPeer(mosquitto));
        await plant.UntilRunningAsync();

        await plant.GiveAsync(50);
        plant.Say(value);
        await plant.GiveAsync(50);

        await plant.AllArriveAsync(quarantined: 1);
        var refused = Assert.Single(await plant.ReadQuarantineAsync());
        Assert.Contains(words, refused.Reason, StringComparison.Ordinal);
        Assert.Equal(value, refused.Reading?.Value.ToString());
    }
}
