using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Meridian.Connectors.Http.Client;
using Meridian.Formats.Deliveries;
using Meridian.Sdk;
using Meridian.Sdk.Faults;
using Meridian.Sdk.Intakes;
using Meridian.Sdk.North;
using Microsoft.Extensions.Logging;

namespace Meridian.Connectors.Http.North;

/// <summary>
/// Sends readings and files to a web server. What is sent again carries the same key and the same bytes, so a server
/// that honours keys stores it once. The engine calls one method at a time.
/// </summary>
[SuppressMessage(
    "Design",
    "CA1001:Types that own disposable fields should be disposable",
    Justification = "A connector's client lives from connect to disconnect, its memory until stop.")]
internal sealed partial class HttpNorth : IHandlesValues, IHandlesFile
{
    private readonly INorthContext _context;
    private readonly HttpNorthSettings _settings;
    private readonly StatusRules _rules;
    private readonly BodyWriter _body;
    private readonly FileUploads _uploads;
    private readonly HttpMethod _method;
    private readonly ServerLink _link;
    private readonly ILogger _logger;
    private bool _hasToldOfParts;

    /// <summary>Touches neither network nor disk.</summary>
    public HttpNorth(INorthContext context, HttpNorthSettings settings)
    {
        _context = context;
        _settings = settings;
        _rules = new StatusRules(settings);
        _body = new BodyWriter(settings.Format, settings.Compression, settings.MaxBodySize.Bytes);
        _uploads = new FileUploads(settings);
        _method = MethodOf(settings.Method);
        _link = new ServerLink(settings, settings.Auth, settings.Probe, context.Time);
        _logger = context.Loggers.CreateLogger<HttpNorth>();
    }

    /// <summary>The method of a setting.</summary>
    public static HttpMethod MethodOf(HttpNorthMethod method) =>
        method == HttpNorthMethod.Put ? HttpMethod.Put : HttpMethod.Post;

    /// <inheritdoc/>
    public async Task ConnectAsync(CancellationToken cancellationToken)
    {
        await _link.ConnectAsync(cancellationToken).ConfigureAwait(false);
        _context.ReportConnected();
    }

    /// <inheritdoc/>
    public Task DisconnectAsync(CancellationToken cancellationToken)
    {
        _link.Dispose();
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken)
    {
        _body.Dispose();
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async ValueTask<DeliveryOutcome> HandleValuesAsync(ValuesBatch batch, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(batch);

        var peer = _link.Peer;
        var count = batch.Readings.Length;
        for (var from = 0; from < count;)
        {
            var part = _body.Write(batch.Readings.Span, batch.Positions.Span, from);
            if (part.Next == from)
            {
                return TooLarge(batch, from);
            }

            var answer = await SendAsync(peer, KeyOf(batch, part), part, cancellationToken).ConfigureAwait(false);
            var reason = HttpFaults.Reason(_method, answer, _settings.Url, peer.Secrets);
            switch (_rules.Of(answer.Status))
            {
                case StatusMeaning.Delivered:
                    from = part.Next;
                    break;

                // All of the batch comes again, under the same keys: of what may have been taken nothing gets another.
                case StatusMeaning.Retry:
                    return DeliveryOutcome.Retry(reason, Within(answer.RetryAfter));

                case StatusMeaning.Rejected:
                    return Refused(reason, from);

                default:
                    throw HttpFaults.OfStatus(answer, _settings.Url, peer.Secrets) ?? Unexpected(reason);
            }
        }

        return DeliveryOutcome.Delivered;
    }

    /// <inheritdoc/>
    public async ValueTask<DeliveryOutcome> HandleFileAsync(
        FileContent file, DeliveryPosition position, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(file);
        ArgumentNullException.ThrowIfNull(position);

        var peer = _link.Peer;
        var key = await KeyOfAsync(file, position, cancellationToken).ConfigureAwait(false);
        var url = _uploads.UrlOf(file);
        var answer = await peer
            .SendAsync(onPart => _uploads.Make(file, url, key, onPart), cancellationToken).ConfigureAwait(false);
        var reason = HttpFaults.Reason(_uploads.Method, answer, url, peer.Secrets);
        return _rules.Of(answer.Status) switch
        {
            StatusMeaning.Delivered => DeliveryOutcome.Delivered,
            StatusMeaning.Retry => DeliveryOutcome.Retry(reason, Within(answer.RetryAfter)),
            StatusMeaning.Rejected => DeliveryOutcome.Rejected(reason),
            _ => throw HttpFaults.OfStatus(answer, url, peer.Secrets) ?? Unexpected(reason),
        };
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<Diagnostic>> TestConnectionAsync(CancellationToken cancellationToken) =>
        _link.TestAsync(cancellationToken);

    private Task<HttpAnswer> SendAsync(HttpPeer peer, string key, BodyPart part, CancellationToken cancellationToken) =>
        peer.SendAsync(
            onPart =>
            {
                var content = SentContent.Of(part.Bytes, _body.MediaType, onPart);
                if (_settings.Compression == HttpCompression.Gzip)
                {
                    content.Headers.ContentEncoding.Add("gzip");
                }

                var request = new HttpRequestMessage(_method, _settings.Url) { Content = content };
                request.Headers.TryAddWithoutValidation(_settings.IdempotencyHeader, key);
                return request;
            },
            cancellationToken);

    /// <summary>A part has a key of its own, made of the batch's, so that it is the same when the batch comes again.
    /// </summary>
    private string KeyOf(ValuesBatch batch, BodyPart part)
    {
        var count = part.Next - part.From;
        if (count == batch.Readings.Length)
        {
            return batch.Key;
        }

        if (!_hasToldOfParts)
        {
            _hasToldOfParts = true;
            LogInParts(_context.Name, batch.Readings.Length, _settings.MaxBodySize.ToString());
        }

        return string.Create(CultureInfo.InvariantCulture, $"{batch.Key}-p{part.From}-{count}");
    }

    private DeliveryOutcome TooLarge(ValuesBatch batch, int index)
    {
        var reason = $"The reading of point '{batch.Readings.Span[index].Point}' makes a body of more than "
            + $"{_settings.MaxBodySize}, the limit of settings.maxBodySize.";
        return index == 0 ? DeliveryOutcome.Rejected([new Rejection(0, reason)]) : Refused(reason, index);
    }

    /// <summary>
    /// The server refuses a part. Nothing of it was stored; what lies before it was, and is passed first, so that the
    /// refused part comes again as the front of a batch.
    /// </summary>
    private static DeliveryOutcome Refused(string reason, int deliveredCount) => deliveredCount == 0
        ? DeliveryOutcome.Rejected(reason)
        : DeliveryOutcome.Retry(reason, TimeSpan.Zero, deliveredCount);

    private TimeSpan? Within(TimeSpan? asked) => asked > _settings.MaxRetryAfter ? _settings.MaxRetryAfter : asked;

    private static async ValueTask<string> KeyOfAsync(
        FileContent file, DeliveryPosition position, CancellationToken cancellationToken)
    {
        try
        {
            return await FileKey.OfAsync(file, position, cancellationToken).ConfigureAwait(false);
        }
        catch (IOException fault)
        {
            throw HttpFaults.OfSource(fault);
        }
    }

    private static ConnectorException Unexpected(string reason) => new(
        Fault.Malformed, $"{reason} That is no answer to a request that stores something: check settings.url.");

    [LoggerMessage(
        EventIds.BatchInParts,
        LogLevel.Information,
        "{North}: a batch of {Count} readings makes a body beyond {MaxBodySize} and goes in parts; a smaller "
        + "batch.maxReadings or batch.maxBytes saves requests.")]
    private partial void LogInParts(string north, int count, string maxBodySize);
}
