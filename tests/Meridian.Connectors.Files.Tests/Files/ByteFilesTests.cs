using System.Security.Cryptography;
using System.Text;
using Meridian.Connectors.Files.Files;
using Meridian.Sdk.Faults;
using Meridian.Sdk.Intakes;
using Meridian.Sdk.North;

namespace Meridian.Connectors.Files.Tests.Files;

/// <summary>
/// Files carried as they are. What the process allocates is measured, so nothing else runs meanwhile.
/// </summary>
[CollectionDefinition(nameof(ByteFilesTests), DisableParallelization = true)]
[Collection(nameof(ByteFilesTests))]
public sealed class ByteFilesTests : IDisposable
{
    private const string Aside = ".values-file.part";
    private const string Note = ".values-file.note";

    private readonly OutFolder _folder = new();
    private readonly FakeNorthContext _context = new();
    private FilesNorth _north;

    public ByteFilesTests() => _north = Make();

    public void Dispose()
    {
        _north.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Handle_AHundredMegabytes_AreThereByteForByteWithLittleMemory()
    {
        const long Length = 100L * 1_024 * 1_024;
        await _north.ConnectAsync(CancellationToken.None);
        var before = GC.GetTotalAllocatedBytes(precise: true);

        var outcome = await DeliverAsync(
            new FileContent("big.bin", Length, static _ => new ValueTask<Stream>(new NumberStream(Length))), 1);

        var allocated = GC.GetTotalAllocatedBytes(precise: true) - before;
        Assert.Equal(DeliveryOutcomeKind.Delivered, outcome.Kind);
        Assert.Equal([Note, "big.bin"], _folder.Names);
        await using var written = File.OpenRead(_folder.Join("big.bin"));
        await using var source = new NumberStream(Length);
        Assert.Equal(await SHA256.HashDataAsync(source), await SHA256.HashDataAsync(written));
        Assert.InRange(allocated, 0, 4 * 1_024 * 1_024);
    }

    [Fact]
    public async Task Handle_NameTaken_GetsANumber()
    {
        await File.WriteAllTextAsync(_folder.Join("a.tar.gz"), "mine");
        await _north.ConnectAsync(CancellationToken.None);

        await DeliverAsync(Of("a.tar.gz", "one"), 1);
        await DeliverAsync(Of("a.tar.gz", "two"), 2);

        Assert.Equal([Note, "a.tar.2.gz", "a.tar.3.gz", "a.tar.gz"], _folder.Names);
        Assert.Equal("mine", await File.ReadAllTextAsync(_folder.Join("a.tar.gz")));
        Assert.Equal("two", await File.ReadAllTextAsync(_folder.Join("a.tar.3.gz")));
    }

    [Fact]
    public async Task Handle_TheSameDeliveryAfterAKill_IsThereOnce()
    {
        await _north.ConnectAsync(CancellationToken.None);
        await DeliverAsync(Of("a.txt", "one"), 1);

        await RestartAsync();
        var outcome = await DeliverAsync(Of("a.txt", "one"), 1);

        Assert.Equal(DeliveryOutcomeKind.Delivered, outcome.Kind);
        Assert.Equal([Note, "a.txt"], _folder.Names);
    }

    [Fact]
    public async Task Handle_TheSameDeliveryAfterItWasFetched_IsNotWrittenAgain()
    {
        await _north.ConnectAsync(CancellationToken.None);
        await DeliverAsync(Of("a.txt", "one"), 1);
        File.Delete(_folder.Join("a.txt"));

        await RestartAsync();
        await DeliverAsync(Of("a.txt", "one"), 1);

        Assert.Equal([Note], _folder.Names);
    }

    [Theory]
    [InlineData("")]
    [InlineData("on")]
    [InlineData("one")]
    public async Task Handle_AfterAKillBeforeTheName_IsThereOnceAndWhole(string aside)
    {
        // The note is there and the file has not got its name: the state between the two.
        await _north.ConnectAsync(CancellationToken.None);
        await DeliverAsync(Of("a.txt", "one"), 1);
        File.Delete(_folder.Join("a.txt"));
        await File.WriteAllTextAsync(_folder.Join(Aside), aside);

        await RestartAsync();
        await DeliverAsync(Of("a.txt", "one"), 1);

        Assert.Equal([Note, "a.txt"], _folder.Names);
        Assert.Equal("one", await File.ReadAllTextAsync(_folder.Join("a.txt")));
    }

    [Fact]
    public async Task Handle_AfterAKillWithinWriting_IsThereOnceAndWhole()
    {
        await File.WriteAllTextAsync(_folder.Join(Aside), "something that is longer than the file");
        await _north.ConnectAsync(CancellationToken.None);

        await DeliverAsync(Of("a.txt", "one"), 1);

        Assert.Equal("one", await File.ReadAllTextAsync(_folder.Join("a.txt")));
    }

    [Fact]
    public async Task Handle_AReplay_IsThereAgainAndOnce()
    {
        await _north.ConnectAsync(CancellationToken.None);
        await DeliverAsync(Of("a.txt", "one"), 1);

        await DeliverAsync(Of("a.txt", "one"), 1, "r1");
        await DeliverAsync(Of("a.txt", "one"), 1, "r1");

        Assert.Equal([Note, "a.2.txt", "a.txt"], _folder.Names);
    }

    [Fact]
    public async Task Handle_BeforeAFile_WhatCameBeforeIsDurable()
    {
        await _north.ConnectAsync(CancellationToken.None);
        await _context.DeliverUpToAsync(_north, 3);

        await DeliverAsync(Of("a.txt", "one"), 1);

        Assert.Equal(3, _context.DurableCount);
    }

    [Theory]
    [InlineData("../../etc/passwd", "_.._.._etc_passwd")]
    [InlineData("C:\\temp\\a?.txt", "C__temp_a_.txt")]
    [InlineData("...", "_")]
    [InlineData(".hidden", "_.hidden")]
    [InlineData("values-20261121T101500Z-000009.csv", "_values-20261121T101500Z-000009.csv")]
    [InlineData("values-20261121T101500Z-000009.csv.part", "_values-20261121T101500Z-000009.csv.part")]
    [InlineData("Prüfung 1.pdf", "Prüfung 1.pdf")]
    public async Task Handle_AnyName_StaysInTheFolderAndIsNoneOfReadings(string name, string expected)
    {
        await _north.ConnectAsync(CancellationToken.None);

        await DeliverAsync(Of(name, "x"), 1);

        Assert.Equal(
            expected, Assert.Single(_folder.Names, one => !string.Equals(one, Note, StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Handle_ANameTooLong_IsCutAndKeepsItsExtension()
    {
        await _north.ConnectAsync(CancellationToken.None);

        await DeliverAsync(Of(new string('ü', 200) + ".csv", "x"), 1);

        var name = Assert.Single(_folder.Names, one => one.EndsWith(".csv", StringComparison.Ordinal));
        Assert.InRange(Encoding.UTF8.GetByteCount(name), 190, 200);
    }

    [Fact]
    public async Task Handle_DiskFull_IsSaidAndGoesOnByItself()
    {
        await _north.ConnectAsync(CancellationToken.None);
        File.CreateSymbolicLink(_folder.Join(Aside), "/dev/full");

        var fault = await Assert.ThrowsAsync<ConnectorException>(() => DeliverAsync(Of("a.txt", "one"), 1));
        File.Delete(_folder.Join(Aside));
        await DeliverAsync(Of("a.txt", "one"), 1);

        Assert.True(fault.IsTransient);
        Assert.Contains("is full", fault.Message, StringComparison.Ordinal);
        Assert.Equal([Note, "a.txt"], _folder.Names);
    }

    [Fact]
    public async Task Handle_SourceUnreadable_IsNotTakenForTheFolder()
    {
        await _north.ConnectAsync(CancellationToken.None);
        var file = new FileContent("a.txt", 3, static _ => throw new IOException("Gone."));

        var fault = await Assert.ThrowsAsync<ConnectorException>(() => DeliverAsync(file, 1));

        Assert.Equal(Fault.Internal, fault.Fault);
        Assert.Contains("cannot be read", fault.Message, StringComparison.Ordinal);
    }

    private static FileContent Of(string name, string content) => new(
        name, content.Length, _ => new ValueTask<Stream>(new MemoryStream(Encoding.UTF8.GetBytes(content))));

    private FilesNorth Make() => new(_context, new FilesNorthSettings { Directory = _folder.Path });

    private async Task RestartAsync()
    {
        _north.Dispose();
        _north = Make();
        await _north.ConnectAsync(CancellationToken.None);
    }

    private Task<DeliveryOutcome> DeliverAsync(FileContent file, byte token, string? replay = null) =>
        _north.HandleFileAsync(
            file,
            new DeliveryPosition(default, "north", new[] { token }) { ReplayId = replay },
            CancellationToken.None).AsTask();
}
