using Meridian.Connectors.Basic.Null;

namespace Meridian.Connectors.Basic.Tests.Null;

public sealed class NullNorthTests
{
    [Fact]
    public async Task Handle_Readings_AreCounted()
    {
        using var deliveries = new Deliveries();
        var north = (NullNorth)NullNorthManifest.Manifest.Create(deliveries.Context, new NullNorthSettings());

        await north.ConnectAsync(CancellationToken.None);
        await deliveries.DeliverUpToAsync(north, 3);
        await deliveries.DeliverUpToAsync(north, 5);

        Assert.Equal(5, north.Count);
        Assert.True(deliveries.Context.IsConnected);
    }
}
