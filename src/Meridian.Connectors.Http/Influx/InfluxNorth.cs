using System.Diagnostics.CodeAnalysis;
using System.IO.Compression;
using Meridian.Connectors.Http.Client;
using Meridian.Sdk;
using Meridian.Sdk.Faults;
using Meridian.Sdk.North;

namespace Meridian.Connectors.Http.Influx;

/// <summary>
/// Writes readings to InfluxDB as line protocol. A point is known by its series and time, so what is sent again takes
/// its own place and is stored once. The engine calls one method at a time.
/// </summary>
[SuppressMessage(
    "Design",
    "CA1001:Types that own disposable fields should be disposable",
    Justification = "A connector's client lives from connect to disconnect; a memory stream holds nothing but memory.")]
internal sealed class InfluxNorth(INorthContext context, InfluxNorthSettings settings) : IHandlesValues
{
    private readonly InfluxEndpoint _endpoint = new(settings);
    private readonly LineBatch _lines = new(settings);
    private MemoryStream _packed = new();
    private HttpPeer? _peer;

    /// <inheritdoc/>
    public async Task ConnectAsync(CancellationToken cancellationToken)
    {
        await DisconnectAsync(cancellationToken).ConfigureAwait(false);
        _peer = await OpenPeerAsync(cancellationToken).ConfigureAwait(false);
        _ = await GreetAsync(_peer, cancellationToken).ConfigureAwait(false);
        context.ReportConnected();
    }

    /// <inheritdoc/>
    public Task DisconnectAsync(CancellationToken cancellationToken)
    {
        _peer?.Dispose();
        _peer = null;
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async ValueTask<DeliveryOutcome> HandleValuesAsync(ValuesBatch batch, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(batch);

        var peer = _peer ?? throw new ConnectorException(
            Fault.Unreachable, $"{HttpAddress.Of(settings.Url)}: not connected; connect comes first.");
        _lines.Write(batch);
        if (_lines.Refused.Count > 0)
        {
            // Nothing was sent; the rest comes again without these.
            return DeliveryOutcome.Rejected([.. _lines.Refused]);
        }

        var rejections = new List<Rejection>();
        for (var from = 0; from < batch.Readings.Length;)
        {
            var (next, body) = _lines.PartFrom(from);
            var answer = await SendAsync(peer, body, cancellationToken).ConfigureAwait(false);
            if (answer.Status != InfluxAnswers.Stored
                && Refuse(answer, peer, from, next, SentBytesOf(body), rejections) is { } outcome)
            {
                return outcome;
            }

            from = next;
        }

        _lines.NoteStored(rejections);
        return rejections.Count == 0 ? DeliveryOutcome.Delivered : DeliveryOutcome.DeliveredExcept(rejections);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<Diagnostic>> TestConnectionAsync(CancellationToken cancellationToken)
    {
        using var peer = await OpenPeerAsync(cancellationToken).ConfigureAwait(false);
        var (ping, write) = await GreetAsync(peer, cancellationToken).ConfigureAwait(false);
        return
        [
            new Diagnostic("Address", HttpAddress.Of(settings.Url)),
            new Diagnostic("Server version", InfluxGreeting.VersionOf(ping, write, peer.Secrets) ?? "not told"),
            new Diagnostic("Build", InfluxGreeting.BuildOf(ping, write, peer.Secrets) ?? "not told"),
            new Diagnostic("Target", InfluxGreeting.RightOf(write, _endpoint.Target, peer.Secrets)),
            ServerProbe.LatencyOf(ping),
            ServerProbe.EncryptionOf(settings.Url),
        ];
    }

    private Task<HttpPeer> OpenPeerAsync(CancellationToken cancellationToken) =>
        HttpPeer.OpenAsync(settings, InfluxEndpoint.CredentialsOf(settings), context.Time, cancellationToken);

    /// <summary>Asks who is there, then writes nothing: that asks for the target and the rights to it.</summary>
    private async Task<(HttpAnswer Ping, HttpAnswer Write)> GreetAsync(
        HttpPeer peer, CancellationToken cancellationToken)
    {
        var ping = await peer
            .SendAsync(_ => new HttpRequestMessage(HttpMethod.Get, _endpoint.Ping), cancellationToken)
            .ConfigureAwait(false);
        var doubt = InfluxGreeting.FaultOfPing(ping, _endpoint.Ping, _endpoint.Target, peer.Secrets);
        if (doubt is not null && !InfluxGreeting.IsUndecided(ping))
        {
            throw doubt;
        }

        var url = _endpoint.WriteOf(InfluxPrecision.Ns);
        var write = await peer.SendAsync(
            onPart => new HttpRequestMessage(HttpMethod.Post, url)
            {
                Content = SentContent.Of(default, "text/plain; charset=utf-8", onPart),
            },
            cancellationToken).ConfigureAwait(false);
        return InfluxGreeting.FaultOfWrite(write, url, _endpoint.Target, peer.Secrets, doubt) is { } fault
            ? throw fault
            : (ping, write);
    }

    private Task<HttpAnswer> SendAsync(
        HttpPeer peer, ReadOnlyMemory<byte> lines, CancellationToken cancellationToken)
    {
        var body = settings.IsCompressed ? Packed(lines) : lines;
        return peer.SendAsync(
            onPart =>
            {
                var content = SentContent.Of(body, "text/plain; charset=utf-8", onPart);
                if (settings.IsCompressed)
                {
                    content.Headers.ContentEncoding.Add("gzip");
                }

                return new HttpRequestMessage(HttpMethod.Post, _endpoint.WriteOf(_lines.Precision))
                {
                    Content = content,
                };
            },
            cancellationToken);
    }

    /// <summary>
    /// The outcome of a refused request; null where the server names the lines that it refuses and has the others.
    /// </summary>
    private DeliveryOutcome? Refuse(
        HttpAnswer answer, HttpPeer peer, int from, int next, long sentBytes, List<Rejection> rejections)
    {
        var url = _endpoint.WriteOf(_lines.Precision);
        var reason = InfluxAnswers.Reason(answer, url, peer.Secrets);
        if (!_lines.HasLineEnds
            && InfluxAnswers.RefusedLines(answer) is { } refused
            && refused.All(one => one.Line >= 1 && one.Line <= next - from))
        {
            rejections.AddRange(refused.DistinctBy(static one => one.Line).OrderBy(static one => one.Line).Select(
                one => new Rejection(
                    from + one.Line - 1,
                    $"InfluxDB refuses it: {HttpAnswer.InOneLine(one.Reason, peer.Secrets).TrimEnd('.')}.")));
            return null;
        }

        if (InfluxAnswers.RefusesLines(answer, lineCount: next - from))
        {
            // What of the batch was stored takes its own place again when it comes in smaller batches.
            return DeliveryOutcome.Rejected(reason);
        }

        if (answer.Status == 413)
        {
            throw InfluxAnswers.TooLargeForProxy(answer, url, sentBytes, peer.Secrets);
        }

        return InfluxAnswers.FaultOf(answer, url, _endpoint.Target, peer.Secrets) is { } fault
            ? throw fault
            : DeliveryOutcome.Retry(
                reason, answer.RetryAfter > settings.MaxRetryAfter ? settings.MaxRetryAfter : answer.RetryAfter);
    }

    private long SentBytesOf(ReadOnlyMemory<byte> lines) => settings.IsCompressed ? _packed.Length : lines.Length;

    private ReadOnlyMemory<byte> Packed(ReadOnlyMemory<byte> lines)
    {
        const int MaxIdleBytes = 1024 * 1024; // one huge batch shall not keep its memory for years
        if (_packed.Capacity > MaxIdleBytes)
        {
            _packed.Dispose();
            _packed = new MemoryStream();
        }

        _packed.SetLength(0);
        using (var gzip = new GZipStream(_packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            gzip.Write(lines.Span);
        }

        return _packed.GetBuffer().AsMemory(0, (int)_packed.Length);
    }
}
