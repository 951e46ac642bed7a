using Meridian.Sdk;

namespace Meridian.Connectors.Basic.Tests;

public sealed class BasicConnectorsTests
{
    [Fact]
    public void Manifests_All_HaveTheirIdsAndMakeWhatTheySay()
    {
        Assert.Equal("files console null", string.Join(' ', BasicConnectors.Manifests.Select(manifest => manifest.Id)));
        Assert.All(BasicConnectors.Manifests, manifest => Assert.IsType<NorthManifest>(manifest));
    }
}
