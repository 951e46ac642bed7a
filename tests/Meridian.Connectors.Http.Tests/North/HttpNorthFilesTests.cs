using System.Globalization;
using System.Text;
using Meridian.Connectors.Http.North;
using Meridian.Connectors.Http.Tests.Peers;
using Meridian.Sdk.Faults;
using Meridian.Sdk.Intakes;
using Meridian.Sdk.North;
using Meridian.Testing;

namespace Meridian.Connectors.Http.Tests.North;

/// <summary>Files arrive byte for byte, and once.</summary>
public sealed class HttpNorthFilesTests
{
    private static readonly byte[] Bytes = [.. Enumerable.Range(0, 200_000).Select(static i => (byte)(i * 7))];

    private static CancellationToken None => CancellationToken.None;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task HandleFile_AsBody_ArrivesByteForByte(bool isLengthKnown)
    {
        await using var rig = await NorthRig.NewAsync();
        var north = await rig.ConnectAsync(rig.Settings with
        {
            FileUrl = $"http://127.0.0.1:{rig.Server.Port}/files/{{name}}?from=press",
            FileMethod = HttpNorthMethod.Put,
            FileNameHeader = "X-File-Name",
        });

        var outcome = await north.HandleFileAsync(
            NorthRig.File("Los 7/ä.csv", Bytes, isLengthKnown), NorthRig.Position(5), None);

        var received = Assert.Single(rig.Server.Received);
        Assert.Equal(DeliveryOutcome.Delivered, outcome);
        Assert.Equal(("PUT", "/files/Los%207%2F%C3%A4.csv?from=press"), (received.Method, received.Target));
        Assert.Equal("Los%207%2F%C3%A4.csv", received.Headers["X-File-Name"]);
        Assert.Equal("application/octet-stream", received.Headers["Content-Type"]);
        Assert.True(received.Body.AsSpan().SequenceEqual(Bytes));
        Assert.Equal(
            isLengthKnown ? Bytes.Length.ToString(CultureInfo.InvariantCulture) : null,
            received.Headers.GetValueOrDefault("Content-Length"));
        Assert.Equal(isLengthKnown ? null : "chunked", received.Headers.GetValueOrDefault("Transfer-Encoding"));
    }

    [Fact]
    public async Task HandleFile_AsForm_ArrivesByteForByteWithItsName()
    {
        await using var rig = await NorthRig.NewAsync();
        var north = await rig.ConnectAsync(
            rig.Settings with { FileUpload = HttpFileUpload.Form, FormField = "upload" });

        await north.HandleFileAsync(NorthRig.File("Los \"7\" ä.csv", Bytes), NorthRig.Position(5), None);

        var received = Assert.Single(rig.Server.Received);
        var text = Encoding.Latin1.GetString(received.Body);
        var begin = text.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4;
        var name = Encoding.Latin1.GetString(Encoding.UTF8.GetBytes("Los %227%22 ä.csv"));
        Assert.StartsWith("multipart/form-data; boundary=", received.Headers["Content-Type"], StringComparison.Ordinal);
        Assert.Contains($"form-data; name=\"upload\"; filename=\"{name}\"", text[..begin], StringComparison.Ordinal);
        Assert.True(received.Body.AsSpan(begin, Bytes.Length).SequenceEqual(Bytes));
        Assert.Equal(received.Body.Length.ToString(CultureInfo.InvariantCulture), received.Headers["Content-Length"]);
    }

    [Fact]
    public async Task HandleFile_NameThatClimbs_StaysWhereItIs()
    {
        await using var rig = await NorthRig.NewAsync();
        var north = await rig.ConnectAsync(
            rig.Settings with { FileUrl = $"http://127.0.0.1:{rig.Server.Port}/files/{{name}}/content" });

        await north.HandleFileAsync(NorthRig.File("../../secret", Bytes), NorthRig.Position(5), None);

        Assert.Equal("/files/..%2F..%2Fsecret/content", Assert.Single(rig.Server.Received).Target);
    }

    [Fact]
    public async Task HandleFile_AnswerLost_ComesAgainWithTheSameKeyAndBytes()
    {
        await using var rig = await NorthRig.NewAsync();
        var store = new KeyedStore();
        rig.Server.Otherwise = store.TakeAsync;
        rig.Server.Next(store.TakeAndLoseAsync);
        var settings = rig.Settings with { FileUpload = HttpFileUpload.Form, FileNameHeader = "X-File-Name" };
        var north = await rig.ConnectAsync(settings);
        var file = NorthRig.File("a.bin", Bytes);

        var fault = await Assert.ThrowsAsync<ConnectorException>(
            async () => await north.HandleFileAsync(file, NorthRig.Position(5), None));
        await north.ConnectAsync(None);
        await north.HandleFileAsync(file, NorthRig.Position(5), None);
        await north.HandleFileAsync(file, NorthRig.Position(6), None);

        Assert.True(fault.IsTransient);
        Assert.Empty(store.Mistakes);
        Assert.Equal((2, 1), (store.Stored.Count, store.RepeatCount));
    }

    [Fact]
    public async Task HandleFile_InAReplay_HasKeysOfItsOwn()
    {
        await using var rig = await NorthRig.NewAsync();
        var store = new KeyedStore();
        rig.Server.Otherwise = store.TakeAsync;
        var north = await rig.ConnectAsync();

        // In a replay the position is where the cursor stands: the same for both files, of one name.
        await north.HandleFileAsync(NorthRig.File("a.bin", Bytes), NorthRig.Position(9), None);
        await north.HandleFileAsync(NorthRig.File("a.bin", Bytes), NorthRig.Position(9, "r1"), None);
        await north.HandleFileAsync(NorthRig.File("a.bin", [1, 2]), NorthRig.Position(9, "r1"), None);

        Assert.Empty(store.Mistakes);
        Assert.Equal((3, 0), (store.Stored.Count, store.RepeatCount));
        Assert.All(store.Stored, static one => Assert.Matches("^[a-z0-9-]{1,140}$", one.Key!));
    }

    [Fact]
    public async Task HandleFile_Refused_IsRejectedAndOutagesAreNot()
    {
        await using var rig = await NorthRig.NewAsync();
        var north = await rig.ConnectAsync();
        rig.Server.Next(Answers.Status(415, "no csv"), Answers.Status(503, "", "Retry-After: 3"), Answers.Status(404));
        var file = NorthRig.File("a.bin", Bytes);

        var refused = await north.HandleFileAsync(file, NorthRig.Position(5), None);
        var away = await north.HandleFileAsync(file, NorthRig.Position(5), None);
        var missing = await Assert.ThrowsAsync<ConnectorException>(
            async () => await north.HandleFileAsync(file, NorthRig.Position(5), None));

        Assert.Equal(DeliveryOutcomeKind.Rejected, refused.Kind);
        Assert.Equal(
            (DeliveryOutcomeKind.Retry, TimeSpan.FromSeconds(3)), (away.Kind, away.RetryAfter.GetValueOrDefault()));
        Assert.Equal(Fault.Misconfigured, missing.Fault);
    }

    [Fact]
    public async Task HandleFile_SlowerThanTheTimeoutButMoving_Arrives()
    {
        var time = new ManualTimeProvider();
        await using var rig = await NorthRig.NewAsync();
        rig.UseTime(time);
        var north = await rig.ConnectAsync(rig.Settings with
        {
            ConnectTimeout = TimeSpan.FromMilliseconds(200),
            AnswerTimeout = TimeSpan.FromMilliseconds(600),
        });
        var file = new FileContent("slow.bin", 10, _ => ValueTask.FromResult<Stream>(new SlowStream(time, 10)));

        var outcome = await north.HandleFileAsync(file, NorthRig.Position(5), None);

        Assert.Equal(DeliveryOutcome.Delivered, outcome);
        Assert.Equal(10, Assert.Single(rig.Server.Received).Body.Length);
    }

    [Fact]
    public async Task HandleFile_CannotBeRead_IsOurFaultInWords()
    {
        await using var rig = await NorthRig.NewAsync();
        var north = await rig.ConnectAsync();
        var file = new FileContent("gone.bin", 10, static _ => throw new FileNotFoundException("The disk is gone."));

        var fault = await Assert.ThrowsAsync<ConnectorException>(
            async () => await north.HandleFileAsync(file, NorthRig.Position(5), None));

        Assert.Equal((Fault.Internal, true), (fault.Fault, fault.IsTransient));
        Assert.Contains("The disk is gone", fault.Message, StringComparison.Ordinal);
    }

    /// <summary>A byte every 400 ms of a clock that is set.</summary>
    private sealed class SlowStream(ManualTimeProvider time, int count) : MemoryStream(new byte[count])
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            time.Advance(TimeSpan.FromMilliseconds(400));
            return base.ReadAsync(buffer[..1], cancellationToken);
        }
    }
}
