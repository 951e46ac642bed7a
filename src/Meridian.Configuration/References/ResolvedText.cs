namespace Meridian.Configuration.References;

/// <summary>A text after its references were followed.</summary>
/// <param name="Text">The text; null when a reference leads nowhere.</param>
/// <param name="HasReference">Whether anything in it came from elsewhere.</param>
/// <param name="Problem">What is wrong, a whole sentence; null when nothing is.</param>
internal readonly record struct ResolvedText(string? Text, bool HasReference, string? Problem);
