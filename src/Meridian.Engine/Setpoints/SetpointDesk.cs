using Meridian.Configuration.Words;
using Meridian.Engine.Souths;
using Meridian.Sdk.South;

namespace Meridian.Engine.Setpoints;

/// <summary>Finds where a setpoint goes and whether it may. Any thread.</summary>
/// <param name="souths">The Souths that run.</param>
internal sealed class SetpointDesk(Func<IReadOnlyList<SouthRuntime>> souths) : ISetpointSink
{
    public Task<SetpointOutcome> WriteAsync(SetpointRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        var all = souths();
        var south = all.FirstOrDefault(
            one => string.Equals(one.Config.Name, request.South, StringComparison.OrdinalIgnoreCase));
        if (south is null)
        {
            return RefuseAsync(
                $"There is no South '{request.South}' that runs; "
                + $"{Suggestion.Hint(request.South, [.. all.Select(static one => one.Config.Name)])}.");
        }

        var config = south.Config;
        var item = config.Items.FirstOrDefault(
            one => string.Equals(one.Name, request.Item, StringComparison.Ordinal));
        if (item is null)
        {
            return RefuseAsync(
                $"South '{config.Name}' has no item '{request.Item}'; "
                + $"{Suggestion.Hint(request.Item, [.. config.Items.Select(static one => one.Name)])}.");
        }

        if (item is not { Enabled: true, Setpoint: { } rule })
        {
            return RefuseAsync(
                $"Item '{item.Name}' of South '{config.Name}' is not to be written to; where it is, say so with "
                + "'setpoint' in its configuration.");
        }

        return SetpointCheck.Find(rule, request.Value, out var value) is { } problem
            ? RefuseAsync($"Item '{item.Name}' of South '{config.Name}': {problem}")
            : south.Setpoints.WriteAsync(item.Item, value, cancellationToken);
    }

    private static Task<SetpointOutcome> RefuseAsync(string reason) => Task.FromResult(SetpointOutcome.Refused(reason));
}
