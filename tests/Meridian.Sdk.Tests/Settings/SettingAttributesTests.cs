using System.Reflection;
using Meridian.Sdk.Settings;

namespace Meridian.Sdk.Tests.Settings;

public sealed class SettingAttributesTests
{
    [Fact]
    public void Attributes_OnASetting_SayWhatWasWritten()
    {
        var property = typeof(DoorSettings).GetProperty(nameof(DoorSettings.Code))!;

        var condition = property.GetCustomAttribute<VisibleWhenAttribute>()!;
        Assert.Equal(("Lock", true), (condition.Property, condition.IsRequired));
        Assert.Equal([LockKind.Code, LockKind.Both], condition.Values);
        Assert.Equal("Security", property.GetCustomAttribute<GroupAttribute>()?.Group);
        Assert.Equal("PIN", property.GetCustomAttribute<TitleAttribute>()?.Title);
    }

    [Fact]
    public void VisibleWhen_WithoutMore_RequiresNothing() =>
        Assert.False(new VisibleWhenAttribute("Lock", LockKind.Code).IsRequired);

    private enum LockKind
    {
        Key,
        Code,
        Both,
    }

    private sealed record DoorSettings
    {
        public LockKind Lock { get; init; } = LockKind.Key;

        [Group("Security")]
        [Title("PIN")]
        [VisibleWhen(nameof(Lock), LockKind.Code, LockKind.Both, IsRequired = true)]
        public Secret? Code { get; init; }
    }
}
