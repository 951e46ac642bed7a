using System.Security.Cryptography;
using Meridian.Configuration;
using Meridian.Engine.Tests.Peers;
using Meridian.Fixtures;
using Meridian.Sdk;
using Meridian.Sdk.Intakes;
using Meridian.Sdk.North;
using Meridian.Sdk.Settings;
using Xunit.Abstractions;

namespace Meridian.Engine.Tests.Souths;

/// <summary>
/// A file larger than memory should be. What the process allocates is measured, so nothing else runs meanwhile.
/// </summary>
[CollectionDefinition(nameof(HugeFileTests), DisableParallelization = true)]
[Collection(nameof(HugeFileTests))]
public sealed class HugeFileTests(ITestOutputHelper output)
{
    private static readonly long Length = TestMode.Pick(full: 10L << 30, brief: 500L << 20);

    [Fact]
    public async Task File_LargerThanMemoryShouldBe_StreamsToTheDiskAndToTheNorth()
    {
        var north = new HashingPeer();
        await using var gateway = new TestGateway(TimeSpan.FromMinutes(TestMode.Pick(10, 2)));
        gateway.Config = new MeridianConfig
        {
            Gateway = gateway.Config.Gateway with
            {
                Journal = gateway.Config.Gateway.Journal with
                {
                    MaxBytes = new ByteSize(3 * Length),
                    MaxFileBytes = new ByteSize(2 * Length),
                },
            },
            Souths = [gateway.South.Config("s")],
            Norths = [north.Config("n")],
        };
        await gateway.RunAsync();
        using var sent = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var heapBefore = GC.GetTotalMemory(forceFullCollection: true);
        var before = GC.GetTotalAllocatedBytes(precise: true);

        await using var pattern = new PatternStream(Length, sent);
        var file = new FileContent("huge.bin", Length, _ => ValueTask.FromResult<Stream>(pattern));
        await gateway.South.Context.Intakes.OfferAsync(new Intake(file), CancellationToken.None);
        await gateway.UntilAsync(() => gateway.Account is { Received: 1, Waiting: 0 });

        var allocated = GC.GetTotalAllocatedBytes(precise: true) - before;
        var held = pattern.LargestHeap - heapBefore;
        output.WriteLine($"{Length >> 20} MiB, {allocated / 1e6:F1} MB allocated, {held / 1e6:F1} MB held at most");
        Assert.Equal((Length, Convert.ToHexString(sent.GetCurrentHash())), north.Got);
        Assert.InRange(allocated, 0, Length / 16); // What awaits cost; were the content held, it would be all of it.
        Assert.InRange(held, 0, 64 << 20);
    }

    /// <summary>So many bytes that follow a pattern, made as they are read.</summary>
    private sealed class PatternStream(long length, IncrementalHash hash) : Stream
    {
        private readonly byte[] _pattern = [.. Enumerable.Range(0, 65_521).Select(static i => (byte)(i * i))];
        private long _position;

        /// <summary>The most memory that was held while this was read, garbage included.</summary>
        public long LargestHeap { get; private set; }

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => length;

        public override long Position { get => _position; set => throw new NotSupportedException(); }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override int Read(Span<byte> buffer)
        {
            var at = (int)(_position % _pattern.Length);
            var count = (int)Math.Min(Math.Min(buffer.Length, _pattern.Length - at), length - _position);
            _pattern.AsSpan(at, count).CopyTo(buffer);
            hash.AppendData(buffer[..count]);
            _position += count;
            LargestHeap = Math.Max(LargestHeap, GC.GetTotalMemory(forceFullCollection: false));
            return count;
        }

        public override void Flush()
        {
            // Nothing is written.
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }

    /// <summary>A destination that reads a file through and keeps its length and hash.</summary>
    private sealed class HashingPeer : NorthPeer
    {
        public (long Length, string Hash) Got { get; private set; }

        protected override Type ConnectorType => typeof(Hashing);

        protected override INorth Create() => new Hashing(this);

        private sealed class Hashing(HashingPeer peer) : IHandlesFile
        {
            public async ValueTask<DeliveryOutcome> HandleFileAsync(
                FileContent file, DeliveryPosition position, CancellationToken cancellationToken)
            {
                await using var content = await file.OpenRead(cancellationToken);
                var hash = await SHA256.HashDataAsync(content, cancellationToken);
                peer.Got = (file.LengthBytes ?? -1, Convert.ToHexString(hash));
                return DeliveryOutcome.Delivered;
            }

            public Task<IReadOnlyList<Diagnostic>> TestConnectionAsync(CancellationToken cancellationToken) =>
                Task.FromResult<IReadOnlyList<Diagnostic>>([]);
        }
    }
}
