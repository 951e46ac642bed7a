using System.Text;
using Meridian.Sdk.Intakes;
using Meridian.Sdk.Readings;
using Meridian.Sdk.South;

namespace Meridian.Fixtures;

/// <summary>A page of what comes next, kept beyond its time.</summary>
/// <param name="Readings">Its readings; none when it is a file.</param>
/// <param name="Name">The file's name; null when it is readings.</param>
/// <param name="Text">The file's text; null when it is readings.</param>
/// <param name="Position">The position behind it.</param>
public sealed record TakenPage(
    IReadOnlyList<Reading> Readings, string? Name, string? Text, ReadOnlyMemory<byte> Position)
{
    /// <summary>The values of its readings, all whole numbers.</summary>
    public IEnumerable<long> Numbers => Readings.Select(static one => one.Value.AsInt64());

    /// <summary>Asks as the engine does.</summary>
    /// <param name="south">The South.</param>
    /// <param name="item">The item.</param>
    /// <param name="position">Where to go on from; null to begin.</param>
    /// <returns>All pages that there are.</returns>
    public static async Task<IReadOnlyList<TakenPage>> TakeAsync(
        IQueriesNext south, Item item, ReadOnlyMemory<byte>? position = null)
    {
        ArgumentNullException.ThrowIfNull(south);
        var pages = new List<TakenPage>();
        await foreach (var page in south.QueryNextAsync(item, position, CancellationToken.None))
        {
            pages.Add(page.Content switch
            {
                FileContent file => new TakenPage([], file.Name, await ReadAsync(file), page.Position.ToArray()),
                ReadingsContent readings =>
                    new TakenPage(readings.Readings.ToArray(), null, null, page.Position.ToArray()),
                _ => throw new InvalidOperationException($"There is no content such as {page.Content}."),
            });
        }

        return pages;
    }

    /// <summary>Twice, since a delivery may be repeated.</summary>
    private static async Task<string> ReadAsync(FileContent file)
    {
        var first = await ReadOnceAsync(file);
        var second = await ReadOnceAsync(file);
        return string.Equals(first, second, StringComparison.Ordinal)
            && file.LengthBytes == Encoding.UTF8.GetByteCount(first)
            ? first
            : throw new InvalidOperationException(
                $"The file '{file.Name}' of {file.LengthBytes} bytes gave \"{first}\", then \"{second}\".");
    }

    private static async Task<string> ReadOnceAsync(FileContent file)
    {
        using var reader = new StreamReader(await file.OpenRead(CancellationToken.None));
        return await reader.ReadToEndAsync();
    }
}
