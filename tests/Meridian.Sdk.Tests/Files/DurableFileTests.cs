using Meridian.Fixtures;
using Meridian.Sdk.Files;

namespace Meridian.Sdk.Tests.Files;

/// <summary>A file is there as it was or as it shall be, for whoever may read it.</summary>
public sealed class DurableFileTests : IDisposable
{
    private const UnixFileMode OwnerAlone = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly TempFolder _folder = new();

    [Fact]
    public void File_Written_HoldsAllOfIt_AndNothingLiesBeside()
    {
        var path = _folder.At("a.json");

        DurableFile.WriteWhole(path, "one, and longer"u8);
        DurableFile.WriteWhole(path, "two"u8);

        Assert.Equal("two", File.ReadAllText(path));
        Assert.Equal([path], Directory.GetFiles(_folder.Path), StringComparer.Ordinal);
    }

    [Fact]
    public void File_ThatIsThere_KeepsWhoMayReadIt_AndANewOneIsForWhomItIsSaid()
    {
        if (OperatingSystem.IsWindows())
        {
            return; // Modes are of Unix.
        }

        var path = _folder.At("key");
        DurableFile.WriteWhole(path, "one"u8, OwnerAlone);
        Assert.Equal(OwnerAlone, File.GetUnixFileMode(path));

        File.SetUnixFileMode(path, OwnerAlone | UnixFileMode.GroupRead);
        DurableFile.WriteWhole(path, "two"u8);
        Assert.Equal(OwnerAlone | UnixFileMode.GroupRead, File.GetUnixFileMode(path));
    }

    [Fact]
    public void Link_StaysOne_AndItsTargetIsWritten()
    {
        var (target, link) = (_folder.At("target"), _folder.At("link"));
        File.WriteAllText(target, "before");
        File.CreateSymbolicLink(link, target);

        DurableFile.WriteWhole(link, "after"u8);

        Assert.Equal("after", File.ReadAllText(target));
        Assert.Equal(target, new FileInfo(link).LinkTarget);
    }

    [Fact]
    public void File_ThatCannotBeWritten_IsAsItWas_AndNothingLiesBeside()
    {
        var path = _folder.At("folder");
        Directory.CreateDirectory(path);

        Assert.ThrowsAny<Exception>(() => DurableFile.WriteWhole(path, "x"u8));
        Assert.Throws<DirectoryNotFoundException>(() => DurableFile.WriteWhole(_folder.At("none/a"), "x"u8));

        Assert.Empty(Directory.GetFiles(_folder.Path));
        Assert.True(Directory.Exists(path));
    }

    public void Dispose() => _folder.Dispose();
}
