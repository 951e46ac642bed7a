using System.ComponentModel.DataAnnotations;
using System.Text.RegularExpressions;
using Meridian.Configuration.Schema;

namespace Meridian.Configuration.Tests.Schema;

public sealed class PortablePatternTests
{
    [Theory]
    [InlineData("[a-z]+", "[a-z]+")]
    [InlineData(@"(?:a|b){2,3}\.\-x", @"(?:a|b){2,3}\.-x")]
    [InlineData(@"\d+", @"\p{Nd}+")]
    [InlineData(@"[\d.\-]", @"[\p{Nd}.\-]")]
    [InlineData("a.b", @"a[^\n]b")]
    [InlineData("[.]", "[.]")]
    public void Pattern_ThatBothRead_IsPortable(string pattern, string portable) =>
        Assert.Equal(portable, PortablePattern.Find(pattern));

    [Theory]
    [InlineData(@"\w+")]
    [InlineData(@"\s")]
    [InlineData(@"\bword\b")]
    [InlineData("(?i)a")]
    [InlineData("(?<name>a)")]
    [InlineData("(?<=a)b")]
    [InlineData("[a-z-[aeiou]]")]
    [InlineData("[]a]")]
    [InlineData("a{")]
    [InlineData("{point}")]
    [InlineData(@"(a)\1")]
    [InlineData(@"[\d-x]")]
    [InlineData(@"a\")]
    public void Pattern_ThatTheyReadDifferently_IsLeftOut(string pattern) =>
        Assert.Null(PortablePattern.Find(pattern));

    [Theory]
    [InlineData(@"\d{2}", "१२")]
    [InlineData("a.b", "a\rb")]
    [InlineData("[a-z]+", "")]
    public void Text_ThatTheAttributeTakes_IsTakenByThePortablePattern(string pattern, string text)
    {
        Assert.True(new RegularExpressionAttribute(pattern).IsValid(text));

        Assert.Matches(
            new Regex($@"\A(?:{PortablePattern.Find(pattern)})?\z", RegexOptions.None, TimeSpan.FromSeconds(1)), text);
    }
}
