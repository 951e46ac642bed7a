using System.Globalization;

namespace Meridian.Fixtures;

/// <summary>Finds the servers and tools that the tests run beside; a missing one fails the test.</summary>
public static class ServersInstalled
{
    private static readonly string[] Folders = ["/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin"];

    /// <summary>The path of a program.</summary>
    /// <param name="program">Its file name, such as "mosquitto".</param>
    /// <param name="package">The Debian package that brings it.</param>
    /// <exception cref="FileNotFoundException">It is not installed; the message says how to mend that.</exception>
    public static string Require(string program, string package)
    {
        var path = (Environment.GetEnvironmentVariable("PATH") ?? string.Empty)
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        return path.Concat(Folders).Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists)
            ?? throw Missing(program, package);
    }

    /// <summary>The newest PostgreSQL's folder of programs.</summary>
    /// <exception cref="FileNotFoundException">It is not installed; the message says how to mend that.</exception>
    public static string RequirePostgresBin()
    {
        const string Root = "/usr/lib/postgresql";
        var versions = Directory.Exists(Root) ? Directory.GetDirectories(Root) : [];
        return versions
            .Where(folder => File.Exists(Path.Combine(folder, "bin", "initdb")))
            .OrderByDescending(VersionOf)
            .Select(folder => Path.Combine(folder, "bin"))
            .FirstOrDefault() ?? throw Missing("initdb", "postgresql");
    }

    private static int VersionOf(string folder) =>
        int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out var version) ? version : 0;

    private static FileNotFoundException Missing(string program, string package) => new(
        $"The tests need '{program}', which is not installed here. Run ./test once as root, or: "
        + $"apt-get install {package}");
}
