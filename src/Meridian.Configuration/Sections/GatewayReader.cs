using Meridian.Configuration.Binding;
using Meridian.Configuration.Json;
using Meridian.Configuration.Shapes;
using Meridian.Configuration.Words;
using Meridian.Sdk.Settings;

namespace Meridian.Configuration.Sections;

/// <summary>Reads the <c>gateway</c> section.</summary>
internal static class GatewayReader
{
    // A journal gives space back by whole segments; with fewer than four it would lose too much of itself at once.
    private const int SegmentsAtLeast = 4;

    /// <summary>Binds and checks the section.</summary>
    /// <returns>The gateway; null when anything in it is wrong and was reported.</returns>
    public static GatewayConfig? Read(ObjectSyntax syntax, SettingsPath path, BindingContext context)
    {
        var bound = SettingsBinder.BindProperties(SettingsShape.Of(typeof(GatewayConfig)), syntax, path, context, []);
        if (bound.Get<JournalConfig>("journal") is not { } journal)
        {
            return (GatewayConfig?)bound.Construct(path, context);
        }

        var sized = FitSegments(journal, syntax, path, context);
        return bound.Construct(path, context) is GatewayConfig gateway && sized is not null
            ? gateway with { Journal = sized }
            : null;
    }

    private static JournalConfig? FitSegments(
        JournalConfig journal, ObjectSyntax gateway, SettingsPath path, BindingContext context)
    {
        var most = new ByteSize(journal.MaxBytes.Bytes / SegmentsAtLeast);
        if (journal.SegmentBytes.Bytes <= most.Bytes)
        {
            return journal;
        }

        var section = gateway.Find("journal") as ObjectSyntax;
        if (section?.Find("segmentBytes") is null or NullSyntax)
        {
            return journal with { SegmentBytes = most };
        }

        context.Report(
            path.Member("journal").Member("segmentBytes"),
            SyntaxLocator.FindLine(gateway, "journal.segmentBytes"),
            $"'segmentBytes' is {ValueText.Of(journal.SegmentBytes)}; it must be at most a quarter of 'maxBytes' "
            + $"({ValueText.Of(journal.MaxBytes)}), {ValueText.Of(most)}. Lower it or raise 'maxBytes'.");
        return null;
    }
}
