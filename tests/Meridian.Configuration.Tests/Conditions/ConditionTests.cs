using System.ComponentModel.DataAnnotations;
using Meridian.Configuration.Shapes;
using Meridian.Sdk.Settings;

namespace Meridian.Configuration.Tests.Conditions;

public sealed class ConditionTests
{
    [Theory]
    [InlineData("\"auth\": \"basic\", \"key\": \"secret\"")]
    [InlineData("\"auth\": \"token\", \"key\": \"secret\", \"renews\": true, \"renewTime\": \"1 min\"")]
    [InlineData("\"auth\": \"token\", \"key\": \"secret\", \"renewTime\": \"1 min\"")]
    [InlineData("\"alias\": \"a\"")]
    [InlineData("\"auth\": null, \"alias\": \"a\"")]
    [InlineData("\"auth\": \"basic\", \"key\": \"secret\", \"alias\": null")]
    [InlineData("\"small\": 2, \"tiny\": 1")]
    [InlineData("\"host\": \"special\", \"vip\": \"v\"")]
    [InlineData("\"host\": \"${env:HOST}\", \"vip\": \"v\"")]
    public void Setting_WhoseConditionHolds_IsTaken(string settings) =>
        Assert.Empty(Sample.ReadSouth(
            settings, environment: new FakeEnvironment { Variables = { ["HOST"] = "special" } }).Problems);

    [Theory]
    [InlineData(
        "\"key\": \"secret\"",
        "'key' is only used when 'auth' is 'basic' or 'token'; remove it or change 'auth'.")]
    [InlineData(
        "\"auth\": \"basic\", \"key\": \"secret\", \"alias\": \"a\"",
        "'alias' is only used when 'auth' is 'none'; remove it or change 'auth'.")]
    [InlineData(
        "\"auth\": \"token\", \"key\": \"secret\", \"renews\": false, \"renewTime\": \"1 min\"",
        "'renewTime' is only used when 'renews' is true and 'auth' is 'token'; remove it or change 'renews'.")]
    [InlineData(
        "\"renewTime\": \"1 min\"",
        "'renewTime' is only used when 'renews' is true and 'auth' is 'token'; remove it or change 'auth'.")]
    [InlineData("\"tiny\": 1", "'tiny' is only used when 'small' is 1 or 2; remove it or change 'small'.")]
    [InlineData("\"vip\": \"v\"", "'vip' is only used when 'host' is 'special'; remove it or change 'host'.")]
    public void Setting_WhoseConditionFails_IsRefused(string settings, string message) =>
        Assert.Equal(message, Sample.OnlyProblem(settings).Message);

    [Fact]
    public void Setting_WhoseConditionFails_HasItsOwnLine() =>
        Assert.Equal(3, Sample.OnlyProblem("\n\"host\": \"h\",\n\"key\": \"secret\"").Line);

    [Theory]
    [InlineData("\"auth\": \"basic\"")]
    [InlineData("\"auth\": \"basic\", \"key\": null")]
    public void Setting_RequiredWhileItsConditionHolds_IsAskedFor(string settings)
    {
        var problem = Sample.OnlyProblem(settings);

        Assert.Equal("souths[0].settings.key", problem.Path);
        Assert.Equal(
            "'key' is missing; it is needed when 'auth' is 'basic' or 'token'. Set it to a text or a reference, "
            + "such as \"key\": \"${env:NAME}\" or \"${file:PATH}\".",
            problem.Message);
    }

    [Theory]
    [InlineData("\"auth\": \"basci\", \"key\": \"secret\"")]
    [InlineData("\"auth\": 5, \"renewTime\": \"1 min\"")]
    [InlineData("\"auth\": \"basci\"")]
    public void Setting_WhoseDecidingOneIsWrong_IsNotJudged(string settings) =>
        Assert.Equal("souths[0].settings.auth", Sample.OnlyProblem(settings).Path);

    [Theory]
    [InlineData(typeof(MissingSettings), "MissingSettings.Code is visible by 'Lokc', which is no setting")]
    [InlineData(typeof(RequiredSettings), "RequiredSettings.Code is required and has a condition")]
    [InlineData(typeof(CircleSettings), "CircleSettings.One has a condition that leads back to itself")]
    [InlineData(typeof(ItselfSettings), "ItselfSettings.One has a condition that leads back to itself")]
    [InlineData(typeof(NoValueSettings), "NoValueSettings.Code is visible by no value of 'Lock'")]
    [InlineData(typeof(WrongValueSettings), "WrongValueSettings.Code is visible by the value 'yes', which is not")]
    [InlineData(typeof(TimeSettings), "TimeSettings.Code is visible by 'Time', which is a duration")]
    public void Condition_ThatCannotBeObeyed_IsRefusedAtTheStart(Type type, string words) =>
        Assert.Contains(
            words,
            Assert.Throws<ArgumentException>(() => SettingsShape.Of(type)).Message,
            StringComparison.Ordinal);

    private sealed record MissingSettings
    {
        [VisibleWhen("Lokc", true)]
        public int? Code { get; init; }
    }

    private sealed record RequiredSettings
    {
        public bool Lock { get; init; }

        [Required]
        [VisibleWhen(nameof(Lock), true)]
        public required string Code { get; init; }
    }

    private sealed record CircleSettings
    {
        [VisibleWhen(nameof(Two), true)]
        public bool One { get; init; }

        [VisibleWhen(nameof(One), true)]
        public bool Two { get; init; }
    }

    private sealed record ItselfSettings
    {
        [VisibleWhen(nameof(One), true)]
        public bool One { get; init; }
    }

    private sealed record NoValueSettings
    {
        public bool Lock { get; init; }

        [VisibleWhen(nameof(Lock))]
        public int? Code { get; init; }
    }

    private sealed record WrongValueSettings
    {
        public bool Lock { get; init; }

        [VisibleWhen(nameof(Lock), "yes")]
        public int? Code { get; init; }
    }

    private sealed record TimeSettings
    {
        public TimeSpan Time { get; init; }

        [VisibleWhen(nameof(Time), "1 s")]
        public int? Code { get; init; }
    }
}
