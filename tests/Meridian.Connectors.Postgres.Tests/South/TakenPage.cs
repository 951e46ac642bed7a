using Meridian.Sdk.Intakes;
using Meridian.Sdk.Readings;
using Meridian.Sdk.South;

namespace Meridian.Connectors.Postgres.Tests.South;

/// <summary>A page, kept beyond its time.</summary>
internal sealed record TakenPage(IReadOnlyList<Reading> Readings, string? Name, string? Text, byte[] Position)
{
    public IEnumerable<long> Numbers => Readings.Select(static one => one.Value.AsInt64());

    /// <summary>Asks as the engine does.</summary>
    public static async Task<List<TakenPage>> TakeAsync(IQueriesNext south, Item item, byte[]? position = null)
    {
        var pages = new List<TakenPage>();
        var from = position is null ? (ReadOnlyMemory<byte>?)null : position;
        await foreach (var page in south.QueryNextAsync(item, from, CancellationToken.None))
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
        var texts = new List<string>();
        for (var time = 0; time < 2; time++)
        {
            using var reader = new StreamReader(await file.OpenRead(CancellationToken.None));
            texts.Add(await reader.ReadToEndAsync());
        }

        Assert.Equal(texts[0], texts[1]);
        Assert.Equal(file.LengthBytes, System.Text.Encoding.UTF8.GetByteCount(texts[0]));
        return texts[0];
    }
}
