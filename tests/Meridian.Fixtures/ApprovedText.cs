namespace Meridian.Fixtures;

/// <summary>
/// Documents that are made by a test and looked at by a person. A test compares what it makes with the file in the
/// repository; with the environment variable MERIDIAN_APPROVE=1 it writes the file instead, and the difference is what
/// the person looks at.
/// </summary>
public static class ApprovedText
{
    /// <summary>Whether the files are written anew.</summary>
    public static bool IsApproving => Environment.GetEnvironmentVariable("MERIDIAN_APPROVE") is "1";

    /// <summary>
    /// The approved text of a document, to compare with what the test made; empty when there is none.
    /// </summary>
    /// <param name="path">The document, relative to the repository.</param>
    /// <param name="made">What the test made; written to the file when <see cref="IsApproving"/>.</param>
    public static string Of(string path, string made)
    {
        var file = Path.Combine(RepositoryRoot.Path, path);
        if (IsApproving)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllText(file, made);
        }

        return File.Exists(file) ? File.ReadAllText(file) : "";
    }
}
