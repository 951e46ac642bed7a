using Meridian.Configuration.Binding;
using Meridian.Configuration.Json;
using Meridian.Sdk;
using Meridian.Sdk.North;

namespace Meridian.Configuration.Sections;

/// <summary>Checks what a North asks for with <c>batch.maxParallelSends</c> against what its connector can.</summary>
internal static class ParallelSends
{
    private const string Member = "batch.maxParallelSends";

    /// <summary>Reports what does not fit.</summary>
    /// <returns>Whether it fits.</returns>
    public static bool Check(
        BatchConfig batch, NorthManifest manifest, ObjectSyntax syntax, SettingsPath path, BindingContext context)
    {
        if (batch.MaxParallelSends == 1 || WhyNot(batch.MaxParallelSends, manifest) is not { } reason)
        {
            return true;
        }

        context.Report(
            path,
            Member,
            SyntaxLocator.FindLine(syntax, Member),
            $"'maxParallelSends' is {batch.MaxParallelSends}; {reason}");
        return false;
    }

    private static string? WhyNot(int asked, NorthManifest manifest)
    {
        if (manifest.Capabilities.HasFlag(NorthCapabilities.OwnCursor))
        {
            return $"the connector '{manifest.Id}' keeps one place with its data and sends one batch at a time; "
                + "leave it out.";
        }

        if (manifest.NeedsExactBatches)
        {
            return $"the connector '{manifest.Id}' needs exact batches, of which one is stored before it is sent, so "
                + "it sends one at a time; leave it out.";
        }

        if (asked <= manifest.MaxParallelSends)
        {
            return null;
        }

        return manifest.MaxParallelSends <= 1
            ? $"the connector '{manifest.Id}' sends one batch at a time; leave it out."
            : $"the connector '{manifest.Id}' allows {manifest.MaxParallelSends} at most.";
    }
}
