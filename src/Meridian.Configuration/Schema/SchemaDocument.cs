namespace Meridian.Configuration.Schema;

/// <summary>A schema as text.</summary>
/// <param name="Text">The text: indented JSON that ends with a line feed.</param>
/// <param name="Remarks">
/// What is missing in it without making it wrong, such as descriptions of a plug-in without its documentation file;
/// whole sentences.
/// </param>
public sealed record SchemaDocument(string Text, IReadOnlyList<string> Remarks);
