using System.Security.Cryptography;
using System.Text;
using Meridian.Configuration.References;

namespace Meridian.Configuration.Files;

/// <summary>
/// The files of one configuration at one moment: the main file and those that it includes, each as it was read.
/// </summary>
/// <remarks>Immutable; any thread. Whoever changes a file makes another source.</remarks>
public sealed class ConfigurationSource
{
    private readonly Lazy<string> _tag;

    private ConfigurationSource(IReadOnlyList<ConfigurationFile> files, IReadOnlyList<ConfigurationProblem> problems)
    {
        (Files, Problems) = (files, problems);
        _tag = new Lazy<string>(ComputeTag);
    }

    /// <summary>The main file, then the included ones in the order in which they are read.</summary>
    public IReadOnlyList<ConfigurationFile> Files { get; }

    /// <summary>The main file.</summary>
    public ConfigurationFile Main => Files[0];

    /// <summary>What says whether two sources hold the same: a hash of all files, 64 hexadecimal digits.</summary>
    public string Tag => _tag.Value;

    /// <summary>What was wrong with the files as such, before anything in them was looked at.</summary>
    internal IReadOnlyList<ConfigurationProblem> Problems { get; }

    /// <summary>Reads the files of a configuration. What cannot be read is a problem of the source.</summary>
    /// <param name="path">The main file.</param>
    /// <param name="environment">Where references lead in the names of included files.</param>
    public static ConfigurationSource Load(string path, IConfigurationEnvironment environment)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(environment);
        var (utf8, problem) = ReadMain(path);
        return problem is null
            ? Include(new ConfigurationFile(string.Empty, Path.GetFullPath(path), utf8), environment, [])
            : new ConfigurationSource([new ConfigurationFile(string.Empty, path, "{}"u8.ToArray())], [problem]);
    }

    /// <summary>A configuration of one file that lies nowhere; it includes none.</summary>
    /// <param name="utf8">The text in UTF-8, with or without a byte order mark; kept.</param>
    /// <param name="environment">Where references lead.</param>
    public static ConfigurationSource Of(ReadOnlyMemory<byte> utf8, IConfigurationEnvironment environment)
    {
        ArgumentNullException.ThrowIfNull(environment);
        return Include(new ConfigurationFile(string.Empty, string.Empty, utf8), environment, []);
    }

    /// <summary>This configuration with some files changed. Nothing is written.</summary>
    /// <param name="changed">The new text of each, by its name.</param>
    /// <param name="environment">Where references lead in the names of included files.</param>
    /// <exception cref="ArgumentException">There is no file of such a name.</exception>
    public ConfigurationSource With(
        IReadOnlyDictionary<string, ReadOnlyMemory<byte>> changed, IConfigurationEnvironment environment)
    {
        ArgumentNullException.ThrowIfNull(changed);
        foreach (var name in changed.Keys)
        {
            if (!Files.Any(file => string.Equals(file.Name, name, StringComparison.Ordinal)))
            {
                throw new ArgumentException($"The configuration has no file '{name}'.", nameof(changed));
            }
        }

        var files = Files
            .Select(file => changed.TryGetValue(file.Name, out var utf8)
                ? new ConfigurationFile(file.Name, file.Path, utf8)
                : file)
            .ToDictionary(static file => file.Name, StringComparer.Ordinal);
        return Include(files[string.Empty], environment, files);
    }

    private static ConfigurationSource Include(
        ConfigurationFile main,
        IConfigurationEnvironment environment,
        Dictionary<string, ConfigurationFile> known)
    {
        var problems = new List<ConfigurationProblem>();
        var files = new List<ConfigurationFile> { main };
        foreach (var name in IncludedFiles.Find(main, environment, problems))
        {
            if (known.TryGetValue(name.Text, out var file))
            {
                files.Add(file);
                continue;
            }

            var path = Path.Combine(Path.GetDirectoryName(main.Path) ?? "/", name.Text);
            try
            {
                var utf8 = BoundedFile.ReadAll(path, ConfigurationLimits.MaxFileBytes);
                files.Add(new ConfigurationFile(name.Text, path, utf8));
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                problems.Add(new ConfigurationProblem(
                    name.Place, name.Line, $"The included file '{name.Text}' cannot be read: {exception.Message}"));
            }
        }

        return new ConfigurationSource(files, problems);
    }

    private static (byte[] Utf8, ConfigurationProblem? Problem) ReadMain(string path)
    {
        try
        {
            return (BoundedFile.ReadAll(path, ConfigurationLimits.MaxFileBytes), null);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return ([], new ConfigurationProblem(
                string.Empty, 0, $"There is no configuration file '{path}'; make one or name another."));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return ([], new ConfigurationProblem(
                string.Empty, 0, $"The configuration file '{path}' cannot be read: {exception.Message}"));
        }
    }

    private string ComputeTag()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var file in Files)
        {
            // Names hold no zero byte, and the length says where the text ends.
            hash.AppendData(Encoding.UTF8.GetBytes($"{file.Name}\0{file.Utf8.Length}\0"));
            hash.AppendData(file.Utf8.Span);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
