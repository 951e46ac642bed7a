using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using Meridian.Connectors.Http.Client;
using Meridian.Connectors.Http.South.Answers;
using Meridian.Connectors.Http.South.Requests;
using Meridian.Sdk;
using Meridian.Sdk.Faults;
using Meridian.Sdk.Intakes;
using Meridian.Sdk.South;

namespace Meridian.Connectors.Http.South;

/// <summary>
/// Asks a web server for the past of items, or for their values of now. The engine calls one method at a time.
/// </summary>
[SuppressMessage(
    "Design",
    "CA1001:Types that own disposable fields should be disposable",
    Justification = "A connector's client lives from connect to disconnect.")]
internal sealed class HttpSouth : IQueriesHistory, IQueriesLastPoint
{
    private readonly ISouthContext _context;
    private readonly HttpSouthSettings _settings;
    private readonly HttpHistory _history;
    private readonly HttpLastPoint _lastPoint;
    private HttpPeer? _peer;

    /// <summary>Touches neither network nor disk.</summary>
    public HttpSouth(ISouthContext context, HttpSouthSettings settings, HttpSouthLimits? limits = null)
    {
        _context = context;
        _settings = settings;
        var queries = new HttpQueries(settings.Url, context.Name);
        _history = new HttpHistory(context, queries, limits ?? new HttpSouthLimits());
        _lastPoint = new HttpLastPoint(context, queries, limits ?? new HttpSouthLimits());
    }

    /// <inheritdoc/>
    public async Task ConnectAsync(CancellationToken cancellationToken)
    {
        await DisconnectAsync(cancellationToken).ConfigureAwait(false);

        // Held at once, so that disconnect closes it whatever happens next.
        _peer = HttpPeer.Of(_settings, _settings.Auth, _context.Time);
        _ = await ServerProbe
            .AskAsync(_peer, _settings.Url, _settings.Probe, cancellationToken).ConfigureAwait(false);
        _context.ReportConnected();
    }

    /// <inheritdoc/>
    public Task DisconnectAsync(CancellationToken cancellationToken)
    {
        _peer?.Dispose();
        _peer = null;
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<HistoryPage> QueryHistoryAsync(
        IReadOnlyList<Item> items,
        HistoryWindow window,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var pages = _history.ReadAsync(Questioner(), items, window, cancellationToken);
        await foreach (var page in pages.ConfigureAwait(false))
        {
            yield return page;
        }
    }

    /// <inheritdoc/>
    public async ValueTask<ReadingsContent> QueryLastPointAsync(
        IReadOnlyList<Item> items, CancellationToken cancellationToken) =>
        await _lastPoint.ReadAsync(Questioner(), items, cancellationToken).ConfigureAwait(false);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<Diagnostic>> TestConnectionAsync(CancellationToken cancellationToken)
    {
        using var peer = HttpPeer.Of(_settings, _settings.Auth, _context.Time);
        var answer = await ServerProbe
            .AskAsync(peer, _settings.Url, _settings.Probe, cancellationToken).ConfigureAwait(false);
        return ServerProbe.FactsOf(answer, _settings.Url, _settings.Probe);
    }

    private Questioner Questioner() => new(
        _peer ?? throw new ConnectorException(
            Fault.Unreachable, $"{HttpAddress.Of(_settings.Url)}: not connected; connect comes first."),
        _settings,
        _context.Time);
}
