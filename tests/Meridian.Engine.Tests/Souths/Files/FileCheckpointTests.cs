using Meridian.Engine.Souths.Files;
using Meridian.Engine.Souths.Nexts;

namespace Meridian.Engine.Tests.Souths.Files;

/// <summary>The bytes that are drawn in docs/formats/files.md.</summary>
public sealed class FileCheckpointTests
{
    [Fact]
    public void TakenFile_AsBytes_IsAsDrawn()
    {
        var taken = new TakenFile(0x0102, 0x0304, 0x0506);

        Assert.Equal(
            "01" + "0201000000000000" + "0403000000000000" + "06050000000000000000000000000000",
            Convert.ToHexString(taken.ToBytes()));
        Assert.True(TakenFile.TryRead(taken.ToBytes(), out var read));
        Assert.Equal(taken, read);
        Assert.False(PartFile.TryRead(taken.ToBytes(), out _));
    }

    [Fact]
    public void PartFile_AsBytes_IsAsDrawn()
    {
        var part = new PartFile(0x0102, 0x0304, 0x0506);

        Assert.Equal(
            "02" + "0201000000000000" + "0403000000000000" + "0605000000000000", Convert.ToHexString(part.ToBytes()));
        Assert.True(PartFile.TryRead(part.ToBytes(), out var read));
        Assert.Equal(part, read);
        Assert.False(TakenFile.TryRead(part.ToBytes(), out _));
        Assert.False(PartFile.TryRead(new PartFile(1, 2, -1).ToBytes(), out _));
        Assert.False(PartFile.TryRead(part.ToBytes().AsSpan(1), out _));
    }

    [Fact]
    public void Keys_OfItemsAndPaths_AreAsDrawn()
    {
        Assert.Equal(
            "file/ca978112ca1bbdca/3e23e8160039594a33894f6564e1b134", TakenFile.KeyOf("a", "b"));
        Assert.Equal("next/ca978112ca1bbdcafac231b39a23dc4d", NextPosition.KeyOf("a"));
    }
}
