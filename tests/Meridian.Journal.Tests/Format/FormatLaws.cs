using FsCheck;
using FsCheck.Fluent;
using Meridian.Journal.Format;

namespace Meridian.Journal.Tests.Format;

public sealed class FormatLaws
{
    [Fact]
    public void Crc32C_KnownText_IsTheStandardValue() => Assert.Equal(0xE3069283u, Crc32C.Compute("123456789"u8));

    [Fact]
    public void Record_WrittenAndRead_IsTheSameAndAnyFlipIsSeen() => Prop.ForAll<byte[], int, int>(
        (payload, first, count) =>
        {
            payload ??= [];
            var bytes = new byte[RecordHeader.Size + payload.Length];
            payload.CopyTo(bytes, RecordHeader.Size);
            var written = new RecordHeader(
                RecordType.Content, (byte)count, 3, 1000, Math.Abs((long)first),
                Math.Abs(count % 1000), payload.Length, 0);
            RecordHeader.Write(bytes, written, 17);
            var isRead = RecordHeader.TryRead(bytes, 17, out var read);
            var isSame = isRead && read == written with { PayloadCrc = read.PayloadCrc }
                && read.Covers(bytes.AsSpan(RecordHeader.Size), 17);
            bytes[Math.Abs(first % bytes.Length)] ^= 1;
            var isSeen = !RecordHeader.TryRead(bytes, 17, out read)
                || !read.Covers(bytes.AsSpan(RecordHeader.Size), 17);
            return isSame && isSeen && !RecordHeader.TryRead(bytes, 18, out _);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void SegmentName_WrittenAndRead_IsTheSame() => Prop.ForAll<int, byte>((first, attempt) =>
    {
        var name = JournalFileNames.Segment(Math.Abs((long)first), attempt);
        return JournalFileNames.TryParseSegment(name, out var readFirst, out var readAttempt)
            && readFirst == Math.Abs((long)first) && readAttempt == attempt;
    }).QuickCheckThrowOnFailure();
}
