using System.Security.Cryptography;
using System.Text;
using Meridian.Sdk;
using Meridian.Sdk.Intakes;
using Meridian.Sdk.Readings;
using Meridian.Sdk.South;

namespace Meridian.Testing.Contract;

/// <summary>What a South gave after a position, kept beyond its pages, each of which was looked at.</summary>
internal sealed class NextAnswer
{
    private readonly HashSet<long> _values = [];
    private readonly StringBuilder _texts = new();

    private NextAnswer(ReadOnlyMemory<byte>? position) => Position = position;

    /// <summary>Where it came to; where it was asked from, when nothing came.</summary>
    public ReadOnlyMemory<byte>? Position { get; private set; }

    /// <summary>What came in order, a word for each reading or file.</summary>
    public List<string> Data { get; } = [];

    /// <summary>The position behind each page, and how many data came up to there.</summary>
    public List<(ReadOnlyMemory<byte> Position, int Count)> Pages { get; } = [];

    /// <summary>Whether a file came: how rows are put together in files is the source's affair.</summary>
    public bool HasFiles { get; private set; }

    public static async Task<NextAnswer> OfAsync(
        IConnector south, Item item, ReadOnlyMemory<byte>? position, CancellationToken cancellationToken)
    {
        var answer = new NextAnswer(position);
        await foreach (var page in ((IQueriesNext)south).QueryNextAsync(item, position, cancellationToken)
            .ConfigureAwait(false))
        {
            await answer.TakeAsync(page, cancellationToken).ConfigureAwait(false);
        }

        return answer;
    }

    /// <summary>Looks for a value that the source has: a number of a reading, or its digits in a file.</summary>
    public void Expect(Item item, long value)
    {
        if (!_values.Contains(value)
            && !_texts.ToString().Contains(FormattableString.Invariant($"{value}"), StringComparison.Ordinal))
        {
            throw new ContractViolationException(
                Clause.Next, $"the value {value} that the source has for '{item.Name}'", "no page had it");
        }
    }

    private async Task TakeAsync(NextPage page, CancellationToken cancellationToken)
    {
        if (page.Position.Length is 0 or > NextPage.MaxPositionBytes)
        {
            throw new ContractViolationException(
                Clause.Position,
                $"a position of 1 to {NextPage.MaxPositionBytes} bytes",
                $"a page has one of {page.Position.Length}");
        }

        if (Position is { } before && before.Span.SequenceEqual(page.Position.Span))
        {
            throw new ContractViolationException(
                Clause.Position, "another position than before the page", "it is the same: it would come for ever");
        }

        Position = page.Position.ToArray();
        if (page.Content is FileContent file)
        {
            HasFiles = true;
            Data.Add(await ReadAsync(file, cancellationToken).ConfigureAwait(false));
        }
        else
        {
            Take(((ReadingsContent)page.Content).Readings);
        }

        Pages.Add((Position.Value, Data.Count));
    }

    private void Take(ReadOnlyMemory<Reading> readings)
    {
        QueryExpectations.Check(Clause.Next, readings);
        if (readings.Length > NextPage.MaxReadings)
        {
            throw new ContractViolationException(
                Clause.Next, $"at most {NextPage.MaxReadings} readings in a page", $"there are {readings.Length}");
        }

        foreach (var reading in readings.ToArray())
        {
            Data.Add(reading.ToString());
            if (NumberOf.Value(reading.Value) is { } value)
            {
                _values.Add(value);
            }
        }
    }

    private async Task<string> ReadAsync(FileContent file, CancellationToken cancellationToken)
    {
        var stream = await file.OpenRead(cancellationToken).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
        {
            using var copy = new MemoryStream();
            await stream.CopyToAsync(copy, cancellationToken).ConfigureAwait(false);
            if (file.LengthBytes is { } length && length != copy.Length)
            {
                throw new ContractViolationException(
                    Clause.Next, $"the {length} bytes that file '{file.Name}' is said to have", $"{copy.Length} came");
            }

            _texts.Append(Encoding.UTF8.GetString(copy.ToArray())).Append('\n');
            return Convert.ToHexString(SHA256.HashData(copy.ToArray()));
        }
    }
}
