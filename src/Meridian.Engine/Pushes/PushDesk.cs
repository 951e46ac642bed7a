using Meridian.Configuration.Words;
using Meridian.Engine.Souths;
using Meridian.Sdk.Intakes;
using Meridian.Sdk.South;

namespace Meridian.Engine.Pushes;

/// <summary>Finds the South that content is pushed to. Any thread.</summary>
internal static class PushDesk
{
    /// <summary>Pushes content to a South.</summary>
    /// <param name="souths">The Souths that run.</param>
    /// <param name="name">Which, in any case of letters.</param>
    /// <param name="content">The content.</param>
    /// <param name="cancellationToken">Cancels the wait to be taken.</param>
    public static ValueTask<IntakeOutcome> PushAsync(
        IReadOnlyList<SouthRuntime> souths, string name, Content content, CancellationToken cancellationToken)
    {
        var south = souths.FirstOrDefault(
            one => string.Equals(one.Config.Name, name, StringComparison.OrdinalIgnoreCase));
        if (south is null)
        {
            string[] names = [.. souths.Select(static one => one.Config.Name)];
            return RefuseAsync($"There is no South '{name}' that runs; {Suggestion.Hint(name, names)}.");
        }

        return south.Config.Manifest.Capabilities.HasFlag(SouthCapabilities.Intake)
            ? south.Pushes.TakeAsync(content, cancellationToken)
            : RefuseAsync(
                $"South '{south.Config.Name}' is of type '{south.Config.Manifest.Id}', which fetches its data itself; "
                + "push to a South of type 'intake'.");
    }

    private static ValueTask<IntakeOutcome> RefuseAsync(string reason) =>
        ValueTask.FromResult(IntakeOutcome.Refused(reason));
}
