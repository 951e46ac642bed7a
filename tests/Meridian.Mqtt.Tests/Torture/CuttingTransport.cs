using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.IO.Pipelines;
using System.Net;
using Meridian.Mqtt.Transport;

namespace Meridian.Mqtt.Tests.Torture;

/// <summary>
/// A connection that ends where its <see cref="Cut"/> says; keeps what has passed in both directions.
/// </summary>
internal sealed class CuttingTransport : ITransport
{
    private readonly Lock _lock = new();
    private readonly ITransport _inner;
    private readonly Cut? _cut;
    private readonly Pipe _incoming = new();

    [SuppressMessage(
        "Usage", "CA2213:Disposable fields should be disposed", Justification = "Abort may come after the disposal.")]
    private readonly CancellationTokenSource _ended = new();

    private readonly MemoryStream _sent = new();
    private readonly MemoryStream _received = new();
    private readonly Task _pumping;

    public CuttingTransport(ITransport inner, Cut? cut)
    {
        _inner = inner;
        _cut = cut;
        _pumping = PumpAsync();
    }

    public PipeReader Input => _incoming.Reader;

    public EndPoint? LocalEndPoint => _inner.LocalEndPoint;

    public EndPoint? RemoteEndPoint => _inner.RemoteEndPoint;

    /// <summary>All bytes that the server was sent.</summary>
    public byte[] Sent => Copy(_sent);

    /// <summary>All bytes that the client was given.</summary>
    public byte[] Received => Copy(_received);

    public async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        var passing = Math.Min(bytes.Length, Left(CutSide.Sent, _sent));
        if (passing > 0)
        {
            Note(_sent, bytes.Span[..passing]);
            await _inner.WriteAsync(bytes[..passing], cancellationToken);
        }

        if (_cut?.Side == CutSide.Sent && Left(CutSide.Sent, _sent) == 0)
        {
            await EndAsync();
            if (_cut.Kind != CutKind.Swallowed)
            {
                throw new IOException("The connection was cut.");
            }
        }
    }

    public ValueTask EndWritingAsync(CancellationToken cancellationToken) => _inner.EndWritingAsync(cancellationToken);

    public void Abort()
    {
        _inner.Abort();
        _ended.Cancel();
    }

    public async ValueTask DisposeAsync()
    {
        Abort();
        await _pumping;
        await _inner.DisposeAsync();
        await _incoming.Reader.CompleteAsync();
    }

    private async Task PumpAsync()
    {
        Exception? end = null;
        try
        {
            var goesOn = true;
            while (goesOn)
            {
                var read = await _inner.Input.ReadAsync(_ended.Token);
                goesOn = await PassAsync(read.Buffer) && !read.IsCompleted;
                _inner.Input.AdvanceTo(read.Buffer.End);
            }

            if (_cut is { Side: CutSide.Received, Kind: CutKind.Reset })
            {
                end = new IOException("The connection was reset.");
            }
        }
        catch (Exception error) when (error is IOException or OperationCanceledException or ObjectDisposedException
            or InvalidOperationException)
        {
            end = _cut?.Kind == CutKind.Reset ? new IOException("The connection was reset.", error) : null;
        }

        await _incoming.Writer.CompleteAsync(end);
    }

    /// <returns>False when the cut has come.</returns>
    private async Task<bool> PassAsync(ReadOnlySequence<byte> buffer)
    {
        var passing = buffer.Slice(0, Math.Min(buffer.Length, Left(CutSide.Received, _received)));
        foreach (var segment in passing)
        {
            Note(_received, segment.Span);
            await _incoming.Writer.WriteAsync(segment);
        }

        if (_cut?.Side != CutSide.Received || Left(CutSide.Received, _received) > 0)
        {
            return true;
        }

        await EndAsync();
        return false;
    }

    private async Task EndAsync()
    {
        if (_cut?.Kind == CutKind.Reset)
        {
            _inner.Abort();
        }
        else
        {
            await _inner.EndWritingAsync(CancellationToken.None);
        }

        if (_cut?.Side == CutSide.Sent)
        {
            await _ended.CancelAsync(); // The read ends too.
        }
    }

    private int Left(CutSide side, MemoryStream passed)
    {
        lock (_lock)
        {
            return _cut?.Side == side ? _cut.Bytes - (int)passed.Length : int.MaxValue;
        }
    }

    private void Note(MemoryStream passed, ReadOnlySpan<byte> bytes)
    {
        lock (_lock)
        {
            passed.Write(bytes);
        }
    }

    private byte[] Copy(MemoryStream passed)
    {
        lock (_lock)
        {
            return passed.ToArray();
        }
    }
}
