using System.Globalization;
using System.Text.Json;

namespace Meridian.Fixtures;

/// <summary>
/// DuckDB and hyparquet, readers of Parquet that nobody here wrote, each call in a process of its own. parquet.mjs says
/// what their answers look like.
/// </summary>
public static class ParquetReaders
{
    /// <summary>DuckDB, which gives timestamps cut to the microsecond.</summary>
    public const string DuckDb = "duckdb";

    /// <summary>hyparquet, which gives timestamps to the nanosecond.</summary>
    public const string HyParquet = "hyparquet";

    /// <summary>The rows of some files.</summary>
    /// <param name="reader"><see cref="DuckDb"/> or <see cref="HyParquet"/>.</param>
    /// <param name="files">The files' paths.</param>
    /// <returns>For each file its rows, each as a line of JSON.</returns>
    public static async Task<IReadOnlyList<IReadOnlyList<string>>> ReadRowsAsync(
        string reader, params IReadOnlyList<string> files)
    {
        var lines = await RunAsync(["rows", reader, .. files]);
        var result = new List<IReadOnlyList<string>>(files.Count);
        for (var at = 0; at < lines.Count;)
        {
            var count = int.Parse(lines[at], CultureInfo.InvariantCulture);
            result.Add([.. lines.Skip(at + 1).Take(count)]);
            at += count + 1;
        }

        return result.Count == files.Count
            ? result
            : throw new InvalidOperationException($"{reader} told of {result.Count} files, not {files.Count}.");
    }

    /// <summary>What DuckDB answers to a query, a row a line: a JSON object with every value as text.</summary>
    /// <param name="sql">The query.</param>
    public static Task<IReadOnlyList<string>> QueryAsync(string sql) => RunAsync(["query", sql]);

    /// <summary>Has DuckDB write the rows of a file to a file of its own.</summary>
    /// <param name="from">The file.</param>
    /// <param name="to">Its own.</param>
    /// <param name="codec">uncompressed, snappy or gzip.</param>
    /// <returns>How many bytes its file has.</returns>
    public static async Task<long> CopyAsync(string from, string to, string codec)
    {
        using var answer = JsonDocument.Parse((await RunAsync(["copy", from, to, codec]))[0]);
        return answer.RootElement.GetProperty("bytes").GetInt64();
    }

    private static async Task<IReadOnlyList<string>> RunAsync(IReadOnlyList<string> words)
    {
        await NodeClients.EnsureInstalledAsync();
        return await ChildProcess.RunAsync(
            ServersInstalled.Require("node", "nodejs"),
            [NodeClients.Script("parquet.mjs"), .. words],
            new ChildProcessOptions { KeptLines = 1_000_000 });
    }
}
