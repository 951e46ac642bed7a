using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using Meridian.Connectors.Http.Client;
using Meridian.Connectors.Http.South.Answers;
using Meridian.Connectors.Http.South.Requests;
using Meridian.Sdk;
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
    private readonly ServerLink _link;

    /// <summary>Touches neither network nor disk.</summary>
    public HttpSouth(ISouthContext context, HttpSouthSettings settings, HttpSouthLimits? limits = null)
    {
        _context = context;
        _settings = settings;
        _link = new ServerLink(settings, settings.Auth, settings.Probe, context.Time);
        var queries = new HttpQueries(settings.Url, context.Name);
        _history = new HttpHistory(context, queries, limits ?? new HttpSouthLimits());
        _lastPoint = new HttpLastPoint(context, queries, limits ?? new HttpSouthLimits());
    }

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
    public Task<IReadOnlyList<Diagnostic>> TestConnectionAsync(CancellationToken cancellationToken) =>
        _link.TestAsync(cancellationToken);

    private Questioner Questioner() => new(_link.Peer, _settings, _context.Time);
}
