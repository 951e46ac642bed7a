using Microsoft.Extensions.Options;

namespace Meridian.Mqtt.Hosting;

/// <summary>All problems of a named client at once.</summary>
internal sealed class MqttHostingOptionsValidator : IValidateOptions<MqttHostingOptions>
{
    public ValidateOptionsResult Validate(string? name, MqttHostingOptions options)
    {
        var problems = new List<string>();
        if (options.Client is null)
        {
            problems.Add("Client is not set.");
        }
        else
        {
            problems.AddRange(options.Client.Validate().Select(problem => $"Client.{problem}"));
        }

        return problems.Count == 0
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail(problems.Select(problem => $"MQTT client '{name}': {problem}"));
    }
}
