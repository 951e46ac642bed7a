using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;
using FsCheck;
using FsCheck.Fluent;
using Meridian.Configuration.References;

namespace Meridian.Configuration.Tests.References;

/// <summary>The patterns say what the resolver does.</summary>
public sealed class TextPatternsLaws
{
    private static readonly string[] Pieces =
        ["$", "{", "}", "${", "env:", "file:", "foo:", "a", ":", "${env:", "$${file:", "}", "\n", "é", "1"];

    private static readonly Regex Text = DotNet(TextPatterns.Text);
    private static readonly Regex Secret = DotNet(TextPatterns.Secret);
    private static readonly Regex Reference = DotNet(TextPatterns.Reference);
    private static readonly Regex Changed = DotNet(TextPatterns.Changed);

    [Fact]
    public void Patterns_OfAnyText_SayWhatTheResolverSays() =>
        Prop.ForAll(Gen.Elements(Pieces).ArrayOf().Select(string.Concat).ToArbitrary(), text =>
        {
            var resolver = new ReferenceResolver(new Everywhere());
            var plain = resolver.Resolve(text, isSecret: false);
            var secret = resolver.Resolve(text, isSecret: true);
            var isTaken = plain.Text is not null;
            return Text.IsMatch(text) == isTaken
                && Secret.IsMatch(text) == secret.Text is not null
                && Reference.IsMatch(text) == (isTaken && plain.HasReference)
                && (Changed.IsMatch(text) || string.Equals(plain.Text, text, StringComparison.Ordinal));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(5_000));

    private static Regex DotNet(string pattern) => new(
        pattern.EndsWith('$') ? $"{pattern[..^1]}\\z" : pattern,
        RegexOptions.CultureInvariant,
        TimeSpan.FromSeconds(5));

    private sealed class Everywhere : IConfigurationEnvironment
    {
        public string? FindVariable(string name) => "v";

        public string ReadFile(string path) => "v";

        public bool TryDecrypt(
            string text, [NotNullWhen(true)] out string? secret, [NotNullWhen(false)] out string? problem)
        {
            (secret, problem) = ("v", null);
            return true;
        }
    }
}
