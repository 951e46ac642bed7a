using Meridian.Sdk;

namespace Meridian.Connectors.Basic.Tests;

public sealed class BasicConnectorsTests
{
    [Fact]
    public void Manifests_All_HaveTheirIdsAndMakeWhatTheySay()
    {
        Assert.Equal(
            "box console null intake",
            string.Join(' ', BasicConnectors.Manifests.Select(manifest => manifest.Id)));
        Assert.All(BasicConnectors.Manifests, manifest =>
            Assert.Equal(manifest.Id is "box" or "intake", manifest is SouthManifest));
    }
}
