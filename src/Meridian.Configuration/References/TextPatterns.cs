namespace Meridian.Configuration.References;

/// <summary>
/// How texts with references look, as <see cref="ReferenceResolver"/> reads them; for .NET and for ECMA 262 alike.
/// </summary>
internal static class TextPatterns
{
    /// <summary>One step of a text without a reference: <c>${word:</c> only behind another dollar sign.</summary>
    public const string Plain = @"[^$]|\$(?!\$?\{[A-Za-z]+:)|\$\$\{[A-Za-z]+:";

    /// <summary>A text, with or without references to the environment.</summary>
    public const string Text = $"^(?:{Plain}|{Environment})*$";

    /// <summary>A secret, with or without references.</summary>
    public const string Secret = $@"^(?:{Plain}|\$\{{(?:env|file|encrypted):[^}}]*\}})*$";

    /// <summary>A text with at least one reference to the environment.</summary>
    public const string Reference = $"^(?:{Plain})*{Environment}(?:{Plain}|{Environment})*$";

    /// <summary>A text that the reader may change: with a reference, or with one that is escaped.</summary>
    public const string Changed = @"\$\{[A-Za-z]+:";

    private const string Environment = @"\$\{env:[^}]*\}";
}
