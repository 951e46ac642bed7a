using Meridian.Connectors.Basic.Null;

namespace Meridian.Connectors.Basic.Tests.Null;

public sealed class NullNorthTests
{
    [Fact]
    public async Task Handle_Readings_AreCounted()
    {
        var context = new FakeNorthContext();
        var north = (NullNorth)NullNorthManifest.Manifest.Create(context, new NullNorthSettings());

        await north.ConnectAsync(CancellationToken.None);
        await context.DeliverUpToAsync(north, 3);
        await context.DeliverUpToAsync(north, 5);

        Assert.Equal(5, north.Count);
        Assert.True(context.IsConnected);
    }
}
