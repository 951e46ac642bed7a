using Meridian.Connectors.Mqtt.Connection;
using Meridian.Fixtures;
using Meridian.Sdk.Settings;

namespace Meridian.Connectors.Mqtt.Tests.Faults;

/// <summary>Users and passwords that mosquitto does not take, until its operator has mended its file.</summary>
public sealed class CredentialTests
{
    private const string Secret = "s3cret-Of-The-Plant";

    [Theory]
    [InlineData(Side.South, MqttVersion.V311)]
    [InlineData(Side.South, MqttVersion.V5)]
    [InlineData(Side.North, MqttVersion.V311)]
    [InlineData(Side.North, MqttVersion.V5)]
    public async Task Password_Wrong_NamesUserAndSettingAndPassesOnceTheBrokerKnowsIt(Side side, MqttVersion version)
    {
        await using var mosquitto = await StartAsync(("gateway", "another"));

        var reason = await UntilKnownAsync(side, mosquitto, version);

        Assert.Contains($"Broker 127.0.0.1:{mosquitto.Port} refuses", reason, StringComparison.Ordinal);
        Assert.Contains(
            "Check settings.userName and settings.password, and the user at the broker.",
            reason,
            StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Side.South)]
    [InlineData(Side.North)]
    public async Task User_Unknown_IsNamedAndPassesOnceTheBrokerKnowsIt(Side side)
    {
        await using var mosquitto = await StartAsync();

        await UntilKnownAsync(side, mosquitto, MqttVersion.V311);
    }

    [Theory]
    [InlineData(Side.South)]
    [InlineData(Side.North)]
    public async Task User_NotSet_NamesWhatToSet(Side side)
    {
        await using var mosquitto = await StartAsync();
        await using var plant = await StartAsync(
            side, mosquitto, IPlantPeer.SettingsOf(side, mosquitto.Port));

        await plant.UntilRetryingAsync(
            "does not let this client in without a user name (NotAuthorized)",
            "Set settings.userName and settings.password");
    }

    [Theory]
    [InlineData(Side.South)]
    [InlineData(Side.North)]
    public async Task Password_ChangedWhileConnected_ShowsWhenTheConnectionIsMadeAnewAndLosesNothing(Side side)
    {
        await using var mosquitto = await StartAsync(("gateway", Secret));
        await using var plant = await StartAsync(side, mosquitto, Of(side, mosquitto));
        await plant.CarryAsync();

        await mosquitto.ChangePasswordAsync("gateway", "another");
        await mosquitto.StopAsync();
        await mosquitto.RestartAsync();
        await plant.UntilRetryingAsync("refuses the credentials of user 'gateway'");
        await plant.GiveAsync(100);
        await mosquitto.ChangePasswordAsync("gateway", Secret);

        await plant.AllArriveAsync();
    }

    /// <summary>The user is refused until the broker knows its password.</summary>
    /// <returns>What the status said before.</returns>
    private static async Task<string> UntilKnownAsync(Side side, MosquittoServer mosquitto, MqttVersion version)
    {
        await using var plant = await StartAsync(side, mosquitto, Of(side, mosquitto, version));
        var reason = await plant.UntilRetryingAsync("refuses the credentials of user 'gateway' (NotAuthorized)");

        await mosquitto.ChangePasswordAsync("gateway", Secret);
        await plant.CarryAsync();
        return reason;
    }

    private static Task<MosquittoServer> StartAsync(params (string User, string Password)[] users) =>
        MosquittoServer.StartAsync(new MosquittoServerOptions
        {
            IsPersistent = true,
            Users = users.Append(("machine", "machine"))
                .ToDictionary(static one => one.Item1, static one => one.Item2, StringComparer.Ordinal),
        });

    private static Task<Plant> StartAsync(Side side, MosquittoServer mosquitto, MqttConnectionSettings settings) =>
        Plant.StartAsync(side, settings, new MosquittoPeer(mosquitto, "-u", "machine", "-P", "machine"));

    private static MqttConnectionSettings Of(
        Side side, MosquittoServer mosquitto, MqttVersion version = MqttVersion.V311) =>
        IPlantPeer.SettingsOf(side, mosquitto.Port) with
        {
            UserName = "gateway",
            Password = new Secret(Secret),
            Version = version,
        };
}
