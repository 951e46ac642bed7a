using System.Text.Json.Serialization;

namespace Meridian.Configuration.Tests.Documentation;

/// <summary>Settings with words.</summary>
internal record DocumentedSettings
{
    /// <summary>How long it takes.</summary>
    public TimeSpan Plain { get; init; }

    /// <summary>Where it is.</summary>
    /// <value>1883.</value>
    [JsonPropertyName("theValue")]
    public int Value { get; init; } = 1883;

    /// <summary>How much.</summary>
    /// <value>The default is 5, or <see cref="Plain"/> where that is less.</value>
    public int Sentence { get; init; } = 5;

    /// <value>none.</value>
    public int? ValueAlone { get; init; }

    /// <summary>
    /// As for <see cref="Value"/> and <see cref="DocumentedWord.Three"/>; a <c>code</c> &amp; more of the
    /// <see cref="DocumentedSettings"/>. Not <see langword="null"/>, see <see href="https://example.org"/> and
    /// <see href="https://example.org">the page</see>.
    /// </summary>
    public string? References { get; init; }

    /// <summary>
    /// One.
    /// <para>Two,
    /// on two lines.</para>
    /// <list type="bullet"><item>First.</item><item>Second.</item></list>
    /// </summary>
    public string? Paragraphs { get; init; }

    public string? Nothing { get; init; }
}

/// <summary>More settings.</summary>
internal sealed record DerivedSettings : DocumentedSettings
{
    /// <summary>One more.</summary>
    public bool More { get; init; }
}

/// <summary>Words.</summary>
internal enum DocumentedWord
{
    Silent,

    /// <summary>The third.</summary>
    Three,
}
