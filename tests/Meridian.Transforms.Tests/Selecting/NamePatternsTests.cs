using System.Text.RegularExpressions;
using FsCheck.Fluent;
using Meridian.Transforms.Selecting;

namespace Meridian.Transforms.Tests.Selecting;

public sealed class NamePatternsTests
{
    [Theory]
    [InlineData("line1/temp", "line1/temp", true)]
    [InlineData("line1/temp", "line1/Temp", false)]
    [InlineData("line1/temp", "line1/temperature", false)]
    [InlineData("*", "", true)]
    [InlineData("?", "", false)]
    [InlineData("line?/*", "line1/", true)]
    [InlineData("line?/*", "line12/temp", false)]
    [InlineData("*temp", "a/temp/temp", true)]
    [InlineData("a*b*c", "a-b-b-c", true)]
    [InlineData("a*b*c", "a-c-b", false)]
    [InlineData("a.c", "abc", false)]
    [InlineData("[a]", "[a]", true)]
    public void Fits_PatternAndName_TellsWhether(string pattern, string name, bool expected)
    {
        Assert.Equal(expected, NamePatterns.Fits(pattern, name));
        Assert.Equal(expected, new NamePatterns(["nothing", pattern]).Matches(name));
    }

    [Fact]
    public void Fits_AnyPatternAndName_AgreesWithARegularExpression() => Streams.Hold(
        from pattern in Gen.Elements('a', 'b', '*', '?').ArrayOf()
        from name in Gen.Elements('a', 'b').ArrayOf()
        select (Pattern: new string(pattern), Name: new string(name)),
        drawn =>
        {
            var expression = string.Concat(drawn.Pattern.Select(letter => letter switch
            {
                '*' => ".*",
                '?' => ".",
                _ => letter.ToString(),
            }));
            var regex = new Regex($"^{expression}$", RegexOptions.NonBacktracking);

            Assert.Equal(regex.IsMatch(drawn.Name), NamePatterns.Fits(drawn.Pattern, drawn.Name));
        });

    [Fact]
    public void Fits_ManyStarsAndALongName_EndsSoon()
    {
        var pattern = string.Concat(Enumerable.Repeat("*a", 50)) + "b";

        Assert.False(NamePatterns.Fits(pattern, new string('a', 20_000)));
    }
}
