using System.Diagnostics.CodeAnalysis;
using Meridian.Configuration.Binding;
using Meridian.Configuration.Json;
using Meridian.Sdk;
using Meridian.Sdk.Settings;

namespace Meridian.Configuration.Sections;

/// <summary>Runs a connector's own check and gives what it finds a place in the file.</summary>
internal static class ConnectorCheck
{
    /// <summary>Runs a check.</summary>
    /// <param name="manifest">Whose check it is.</param>
    /// <param name="check">The check.</param>
    /// <param name="toFilePath">The check's paths → paths within the connector's object in the file.</param>
    /// <param name="syntax">The connector's object.</param>
    /// <param name="path">Where it stands.</param>
    /// <param name="context">Where problems go.</param>
    /// <returns>Whether the check found nothing.</returns>
    [SuppressMessage(
        "Design",
        "CA1031:Do not catch general exception types",
        Justification = "A connector's mistake in its check is told with the other problems; it must not hide them.")]
    public static bool Run(
        ConnectorManifest manifest,
        Func<IEnumerable<SettingsProblem>> check,
        Func<string, string> toFilePath,
        ObjectSyntax syntax,
        SettingsPath path,
        BindingContext context)
    {
        var before = context.Problems.Count;
        try
        {
            foreach (var problem in check())
            {
                var relative = toFilePath(problem.Path);
                context.Report(
                    path,
                    relative,
                    SyntaxLocator.FindLine(syntax, relative),
                    context.References.Hide(problem.Message));
            }
        }
        catch (Exception exception)
        {
            context.Report(
                path,
                syntax.Line,
                $"The connector '{manifest.Id}' failed while it checked these settings: "
                + context.References.Hide(exception.Message)
                + " This is a mistake of the connector; please report it.");
        }

        return context.Problems.Count == before;
    }
}
