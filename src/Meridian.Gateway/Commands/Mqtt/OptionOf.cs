using System.CommandLine;
using System.Globalization;

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
        return new Option<long?>(name, aliases)
        {
            HelpName = helpName,
            Description = description,
            CustomParser = result =>
            {
                var text = result.Tokens is [var token] ? token.Value : string.Empty;
                if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
                    && number >= from && number <= to)
                {
                    return number;
                }

                result.AddError($"{name} is '{text}'; it must be a number between {from} and {to}.");
                return null;
            },
        };
    }

    public static Option<FileInfo?> File(string name, string description, params string[] aliases)
    {
        var option = new Option<FileInfo?>(name, aliases) { HelpName = "FILE", Description = description };
        option.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<FileInfo?>() is { Exists: false } file)
            {
                result.AddError(Directory.Exists(file.FullName)
                    ? $"{name}: '{file.FullName}' is a folder; name a file in it."
                    : $"{name}: the file '{file.FullName}' does not exist; check its path.");
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
                result.AddError($"{name} is '{result.Tokens[0].Value}'; it must be one of {string.Join(", ", words)}.");
            }
        });
        return option;
    }

    public static Option<string> Qos(string name, string description, params string[] aliases) =>
        Choice(name, description, ["0", "1", "2"], aliases);
}
