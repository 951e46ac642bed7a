using Meridian.Formats.Csv;
using Meridian.Sdk.Settings;

namespace Meridian.Connectors.Files.Parts;

/// <summary>What attributes cannot say of files of readings.</summary>
internal static class ReadingFilesCheck
{
    private const int MaxPrefixLength = 100;
    private const int MinFileBytes = 1_024;

    /// <summary>A table of columns is arranged in memory; with readings of 15 bytes these are a million.</summary>
    private const int MaxColumnsBytes = 16 * 1_024 * 1_024;

    public static IEnumerable<SettingsProblem> Find(ReadingFilesSettings settings)
    {
        if (string.IsNullOrWhiteSpace(settings.Directory))
        {
            yield return new SettingsProblem(
                "settings.directory", "The directory is empty; name the folder to write to.");
        }

        if (ProblemOfPrefix(settings.Prefix) is { } prefix)
        {
            yield return new SettingsProblem("settings.prefix", prefix);
        }

        foreach (var problem in FindInFormat(settings))
        {
            yield return problem;
        }

        if (settings.MaxFileSize.Bytes < MinFileBytes)
        {
            yield return new SettingsProblem(
                "settings.maxFileSize", $"The file size {settings.MaxFileSize} is too small; the least is 1 KiB.");
        }

        if (settings.MaxFileAge < TimeSpan.FromSeconds(1))
        {
            yield return new SettingsProblem(
                "settings.maxFileAge", $"The file age {settings.MaxFileAge:c} is too short; the least is one second.");
        }
    }

    private static string? ProblemOfPrefix(string prefix)
    {
        var rest = prefix;
        var at = prefix.IndexOf(NamePattern.Placeholder, StringComparison.Ordinal);
        if (at >= 0)
        {
            rest = prefix.Remove(at, NamePattern.Placeholder.Length);
        }

        var isFileName = prefix.Length is > 0 and <= MaxPrefixLength
            && prefix[0] != '.'
            && rest.All(one => char.IsAsciiLetterOrDigit(one) || "_-.".Contains(one, StringComparison.Ordinal));
        return isFileName
            ? null
            : $"The prefix '{prefix}' cannot begin a file name; use 1 to {MaxPrefixLength} letters, digits, "
                + "_, - and ., not beginning with a dot, and {point} once for a file per point.";
    }

    private static IEnumerable<SettingsProblem> FindInFormat(ReadingFilesSettings settings)
    {
        var isParquet = settings.Format == FilesFormat.Parquet;
        if (settings.Compression == FilesCompression.Snappy && !isParquet)
        {
            yield return new SettingsProblem(
                "settings.compression", "Snappy is for Parquet only; use gzip or none with csv and ndjson.");
        }

        if (settings.Format != FilesFormat.Csv)
        {
            yield break;
        }

        _ = ReadingCsvTable.TryCompile(settings.Csv, out _, out var problems);
        foreach (var problem in problems)
        {
            yield return problem with { Path = "settings.csv." + problem.Path };
        }

        if (settings.Csv.Layout == CsvLayout.Column && settings.MaxFileSize.Bytes > MaxColumnsBytes)
        {
            yield return new SettingsProblem(
                "settings.maxFileSize",
                $"The file size {settings.MaxFileSize} is too large for the layout column, which is arranged in "
                + "memory; the most is 16 MiB.");
        }
    }
}
