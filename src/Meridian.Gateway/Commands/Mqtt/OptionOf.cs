using System.CommandLine;

namespace Meridian.Gateway.Commands.Mqtt;

/// <summary>The few shapes of options, so that each is declared in one line.</summary>
internal static class OptionOf
{
    public static Option<string?> Text(string name, string helpName, string description, params string[] aliases) =>
        new(name, aliases) { HelpName = helpName, Description = description };

    public static Option<string[]> Texts(string name, string helpName, string description, params string[] aliases) =>
        new(name, aliases) { HelpName = helpName, Description = description, DefaultValueFactory = _ => [] };

    public static Option<bool> Flag(string name, string description, params string[] aliases) =>
        new(name, aliases) { Description = description };

    public static Option<long?> Number(
        string name, string helpName, string description, long from, long to, params string[] aliases)
    {
        var option = new Option<long?>(name, aliases) { HelpName = helpName, Description = description };
        option.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<long?>() is { } number && (number < from || number > to))
            {
                result.AddError($"{name} is {number}; it must be between {from} and {to}.");
            }
        });
        return option;
    }

    public static Option<FileInfo?> File(string name, string description, params string[] aliases)
    {
        var option = new Option<FileInfo?>(name, aliases) { HelpName = "FILE", Description = description };
        option.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<FileInfo?>() is { Exists: false } file)
            {
                result.AddError($"{name}: the file '{file.FullName}' does not exist.");
            }
        });
        return option;
    }

    /// <summary>One of a few words; the first is the default.</summary>
    public static Option<string> Choice(
        string name, string description, IReadOnlyList<string> words, params string[] aliases)
    {
        var option = new Option<string>(name, aliases)
        {
            HelpName = string.Join('|', words),
            Description = description,
            DefaultValueFactory = _ => words[0],
        };
        option.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && !words.Contains(result.Tokens[0].Value, StringComparer.Ordinal))
            {
                result.AddError($"{name} is '{result.Tokens[0].Value}'; it must be {string.Join(", ", words)}.");
            }
        });
        return option;
    }

    public static Option<string> Qos(string name, string description, params string[] aliases) =>
        Choice(name, description, ["0", "1", "2"], aliases);
}
