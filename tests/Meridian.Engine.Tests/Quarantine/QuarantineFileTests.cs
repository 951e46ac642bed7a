using System.Text;
using Meridian.Engine.Quarantine;
using Meridian.Engine.Tests.Peers;
using Meridian.Sdk.Faults;
using Meridian.Sdk.North;
using Meridian.Sdk.Readings;

namespace Meridian.Engine.Tests.Quarantine;

public sealed class QuarantineFileTests : IDisposable
{
    private static readonly Guid Journal = new(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11);

    private static readonly long[] Seven = [7];

    private readonly string _folder = Directory.CreateTempSubdirectory("meridian-quarantine-").FullName;
    private readonly ManualClock _clock = new();

    private string FilePath => Path.Combine(_folder, "q", "north.jsonl");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Quarantine_Reopened_KnowsWhatItHolds()
    {
        Write(Journal, 3, 5, 6);

        using var file = Open(Journal);

        Assert.Equal([(3, 4), (5, 7)], file.Positions.Snapshot());
    }

    [Fact]
    public void Quarantine_SamePositionAgain_IsWrittenOnce()
    {
        Write(Journal, 3);
        Write(Journal, 3, 3, 4, 4);

        Assert.Equal(2, File.ReadAllLines(FilePath).Length);
    }

    [Fact]
    public void Quarantine_OfAnotherJournal_CountsForNothing()
    {
        Write(Guid.Empty, 3);

        using var file = Open(Journal);

        Assert.Empty(file.Positions.Snapshot());
    }

    [Fact]
    public void Quarantine_CutAtEveryByte_KeepsTheWholeLinesAndTakesMore()
    {
        Write(Journal, 1, 2, 3);
        var whole = File.ReadAllBytes(FilePath);

        for (var length = 0; length < whole.Length; length++)
        {
            File.WriteAllBytes(FilePath, whole[..length]);
            var lines = whole[..length].Count(value => value == '\n');
            using (var file = Open(Journal))
            {
                Assert.Equal(lines, file.Positions.CountBetween(0, 100));
                Add(file, 50);
            }

            Assert.Equal(lines + 1, File.ReadAllLines(FilePath).Length);
            using var again = Open(Journal);
            Assert.Equal(lines + 1, again.Positions.CountBetween(0, 100));
        }
    }

    [Theory]
    [InlineData("not json\n")]
    [InlineData("[]\n")]
    [InlineData("{}\n")]
    [InlineData("{\"journal\":\"x\",\"position\":\"y\"}\n")]
    [InlineData("\n\r\n")]
    [InlineData("{\"journal\":\"01000000-0000-0000-0000-000000000000\",\"position\":-1}\r\n")]
    [InlineData("\u00FF\u00FE\n")]
    public void Quarantine_DamagedLine_IsLeftInPlaceAndTheOthersCount(string line)
    {
        Write(Journal, 1, 2);
        var lines = File.ReadAllBytes(FilePath);
        byte[] damaged = [.. lines, .. Encoding.Latin1.GetBytes(line), .. lines];
        File.WriteAllBytes(FilePath, damaged);

        using (var file = Open(Journal))
        {
            Assert.Equal([(1, 3)], file.Positions.Snapshot());
        }

        Assert.Equal(damaged, File.ReadAllBytes(FilePath));
    }

    [Fact]
    public void Quarantine_LineLongerThanTheBuffer_IsRead()
    {
        using (var file = Open(Journal))
        {
            file.Add(
                new[] { new Reading("p", default, ReadingValue.From(new string('x', 300_000))) },
                Seven,
                [false],
                [new Rejection(0, "Long.")]);
            Add(file, 8);
        }

        using var again = Open(Journal);

        Assert.Equal([(7, 9)], again.Positions.Snapshot());
    }

    [Fact]
    public void Quarantine_WherePathIsAFolder_IsATransientFaultUntilItIsGone()
    {
        Directory.CreateDirectory(FilePath);
        using var file = new QuarantineFile(FilePath, Journal, _clock);

        var fault = Assert.Throws<ConnectorException>(() => Add(file, 1));
        Directory.Delete(FilePath);
        Add(file, 1);

        Assert.True(fault.IsTransient);
        Assert.Contains(FilePath, fault.Message, StringComparison.Ordinal);
        Assert.True(file.Positions.Contains(1));
    }

    private void Write(Guid journal, params long[] positions)
    {
        using var file = Open(journal);
        Add(file, positions);
    }

    private QuarantineFile Open(Guid journal)
    {
        var file = new QuarantineFile(FilePath, journal, _clock);
        file.Open();
        return file;
    }

    private static void Add(QuarantineFile file, params long[] positions) => file.Add(
        Array.ConvertAll(positions, _ => new Reading("Größe 𝛼", DateTimeOffset.UnixEpoch, ReadingValue.From(1L))),
        positions,
        new bool[positions.Length],
        [.. positions.Select((_, index) => new Rejection(index, "Größe 𝛼 is refused."))]);
}
