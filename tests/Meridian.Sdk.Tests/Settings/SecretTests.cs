using Meridian.Sdk.Settings;

namespace Meridian.Sdk.Tests.Settings;

public sealed class SecretTests
{
    [Fact]
    public void Secret_Printed_IsThreeStars()
    {
        var secret = new Secret("hunter2");

        Assert.Equal("***", $"{secret}");
        Assert.Equal("hunter2", secret.Reveal());
    }
}
