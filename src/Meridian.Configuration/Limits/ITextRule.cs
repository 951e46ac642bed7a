namespace Meridian.Configuration.Limits;

/// <summary>A validation attribute that a schema can tell as a pattern, too.</summary>
internal interface ITextRule
{
    /// <summary>The whole text, for .NET and ECMA 262 alike; takes all that the attribute takes.</summary>
    string Pattern { get; }
}
