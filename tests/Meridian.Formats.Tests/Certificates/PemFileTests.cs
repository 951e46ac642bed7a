using System.Diagnostics;
using System.Text;
using Meridian.Fixtures;
using Meridian.Formats.Certificates;

namespace Meridian.Formats.Tests.Certificates;

/// <summary>Files that are read for a connection, which must not wait for them longer than it likes.</summary>
public sealed class PemFileTests : IDisposable
{
    private readonly TempFolder _folder = new();

    private string Named => _folder.At("ca.pem");

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(0)]
    [InlineData(PemFile.MaxBytes)]
    public async Task File_UpToTheLimit_IsReadWhole(int count)
    {
        await File.WriteAllTextAsync(Named, new string('a', count));

        Assert.Equal(new string('a', count), await PemFile.ReadTextAsync(Named, CancellationToken.None));
    }

    [Fact]
    public async Task File_WithAMarkOfItsEncoding_IsReadWithoutIt()
    {
        await File.WriteAllTextAsync(Named, "é", Encoding.Unicode);

        Assert.Equal("é", await PemFile.ReadTextAsync(Named, CancellationToken.None));
    }

    [Fact]
    public async Task File_PastTheLimit_IsRefusedWithSizeAndLimit()
    {
        await File.WriteAllBytesAsync(Named, new byte[PemFile.MaxBytes + 1]);

        var error = await Assert.ThrowsAsync<IOException>(
            () => PemFile.ReadBytesAsync(Named, CancellationToken.None));

        Assert.Equal("it has 1048577 bytes, and at most 1048576 are read", error.Message);
    }

    [Fact]
    public async Task File_ThatIsNone_IsAnError()
    {
        await Assert.ThrowsAsync<FileNotFoundException>(() => PemFile.ReadBytesAsync(Named, CancellationToken.None));
        await Assert.ThrowsAsync<UnauthorizedAccessException>(
            () => PemFile.ReadBytesAsync(_folder.Path, CancellationToken.None));
    }

    [Fact]
    public async Task File_ThatHangs_IsLeftAtOnceAndReadOnceForAllWhoWait()
    {
        using var made = Process.Start("mkfifo", [Named]); // Opening it waits for somebody who writes.
        await made.WaitForExitAsync();
        using var leave = new CancellationTokenSource();

        var left = PemFile.ReadTextAsync(Named, leave.Token);
        var waiting = PemFile.ReadTextAsync(Named, CancellationToken.None);
        await leave.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => left.WaitAsync(Deadline.Default));
        var joining = PemFile.ReadTextAsync(Named, CancellationToken.None);
        Assert.False(waiting.IsCompleted || joining.IsCompleted);
        await File.WriteAllTextAsync(Named, "here").WaitAsync(Deadline.Default);

        // What a pipe gave to one reader is gone for another.
        Assert.Equal("here", await waiting.WaitAsync(Deadline.Default));
        Assert.Equal("here", await joining.WaitAsync(Deadline.Default));
    }
}
