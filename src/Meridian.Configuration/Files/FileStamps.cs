using System.Globalization;
using System.Text;
using Meridian.Configuration.References;

namespace Meridian.Configuration.Files;

/// <summary>
/// Tells cheaply whether the files of a configuration may have changed: by their names, times and lengths. Secrets that
/// the configuration refers to are not among them.
/// </summary>
/// <remarks>Stateless; any thread.</remarks>
public static class FileStamps
{
    /// <summary>Looks at the files that lie there now.</summary>
    /// <param name="source">The configuration as it was read last; its main file says what it includes.</param>
    /// <param name="environment">Where references lead in the names of included files.</param>
    /// <returns>Another text as soon as a file has changed, come or gone.</returns>
    public static string Of(ConfigurationSource source, IConfigurationEnvironment environment)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(environment);
        var folder = Path.GetDirectoryName(source.Main.Path) ?? "/";
        var stamps = new StringBuilder();
        Add(stamps, source.Main.Path);
        foreach (var file in IncludedFiles.Find(source.Main, environment, []))
        {
            Add(stamps, Path.Combine(folder, file.Text));
        }

        return stamps.ToString();
    }

    private static void Add(StringBuilder stamps, string path)
    {
        // A link may be led elsewhere, as orchestrators do with the files that they mount: the target counts.
        var file = new FileInfo(path);
        var target = file.LinkTarget is null
            ? file
            : file.ResolveLinkTarget(returnFinalTarget: true) as FileInfo ?? file;
        stamps.Append(target.FullName).Append('|');
        if (target.Exists)
        {
            stamps.Append(CultureInfo.InvariantCulture, $"{target.LastWriteTimeUtc.Ticks}|{target.Length}");
        }

        stamps.Append('\n');
    }
}
