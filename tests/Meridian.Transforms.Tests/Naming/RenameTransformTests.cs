using Meridian.Sdk.Readings;
using Meridian.Transforms.Naming;

namespace Meridian.Transforms.Tests.Naming;

public sealed class RenameTransformTests
{
    [Theory]
    [InlineData("{south}/{point}", "s/line1/motor/temp")]
    [InlineData("{point[0]}.{point[2]}", "line1.temp")]
    [InlineData("{point[-1]}", "temp")]
    [InlineData("{point[-3]}", "line1")]
    [InlineData("x{point[3]}{point[-4]}{point[99]}", "x")]
    [InlineData("{{{group}}}", "{g}")]
    [InlineData("Öl °C", "Öl °C")]
    public void Rename_Template_MakesTheName(string template, string expected)
    {
        var settings = new TransformSettings { Rename = new RenameSettings { To = template } };

        var outcome = Trial.Run(settings, Trial.Entry(ReadingValue.From(1.0), point: "line1/motor/temp", group: "g"));

        Assert.Equal([expected], outcome.Points, StringComparer.Ordinal);
    }

    [Theory]
    [InlineData("{group}")]
    [InlineData("{point[7]}")]
    public void Rename_NothingLeft_KeepsTheOldName(string template)
    {
        var settings = new TransformSettings { Rename = new RenameSettings { To = template } };

        Assert.Equal(["p"], Trial.Run(settings, Trial.Entry(1)).Points, StringComparer.Ordinal);
    }

    [Fact]
    public void Rename_LongerThanANameCanBe_KeepsTheOldName()
    {
        var settings = new TransformSettings { Rename = new RenameSettings { To = "ö{point}" } };
        var (longest, tooLong) = (new string('x', 65_533), new string('x', 65_534));

        var outcome = Trial.Run(
            settings, Trial.Numbered(Trial.Entry(1, point: longest), Trial.Entry(1, point: tooLong)));

        Assert.Equal(["ö" + longest, tooLong], outcome.Points, StringComparer.Ordinal);
    }

    [Fact]
    public void Rename_OtherSeparator_PartsByIt()
    {
        var settings = new TransformSettings { Rename = new RenameSettings { To = "{point[1]}", Separator = "::" } };

        var outcome = Trial.Run(settings, Trial.Entry(1, point: "a::b/c::d"));

        Assert.Equal(["b/c"], outcome.Points, StringComparer.Ordinal);
    }

    [Fact]
    public void Rename_TheSamePointAgain_IsTheSameString()
    {
        var settings = new TransformSettings { Rename = new RenameSettings { To = "{south}/{point}" } };

        var outcome = Trial.Run(settings, Trial.Numbered(Trial.Entry(1), Trial.Entry(2)));

        Assert.Same(outcome.Left[0].Point, outcome.Left[1].Point);
    }

    [Fact]
    public void Rename_AnyStream_TouchesNothingButTheName() => Streams.Hold(Streams.Any(), entries =>
    {
        var settings = new TransformSettings { Rename = new RenameSettings { To = "{group}:{south}:{point}" } };

        var outcome = Trial.Run(settings, entries);

        var names = entries.Select(entry => $"{entry.Group}:{entry.South}:{entry.Reading.Point}");
        Assert.Equal(
            entries.Zip(names, (entry, name) => entry.Reading with { Point = name }),
            outcome.Left.Select(left => left.Reading));
        Assert.Equal(entries.Select(entry => entry.Position), outcome.Left.Select(left => left.Position));
    });

    [Fact]
    public void NameMemory_MoreNamesThanItRemembers_StillMakesTheRightOnes() => Streams.Hold(Streams.Any(), entries =>
    {
        var template = ReadingTemplate.Compile("{group}:{south}:{point}", TemplateFields.Name, "/");
        var names = new NameMemory(template, capacity: 2);

        foreach (var entry in entries)
        {
            Assert.Equal($"{entry.Group}:{entry.South}:{entry.Reading.Point}", names.NameOf(entry));
        }
    });
}
