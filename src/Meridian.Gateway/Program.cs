using System.CommandLine;
using System.CommandLine.Invocation;
using Meridian.Gateway.Commands;

// Stopping is the commands' own matter (Hosting/StopSignals): a gateway drains before it ends.
var parsed = MeridianCommand.Create().Parse(args);
var wrong = parsed.Action as ParseErrorAction;
if (wrong is not null)
{
    // Both would push what is wrong off the screen: the help, and all that resembles a word of one letter.
    wrong.ShowHelp = false;
    wrong.ShowTypoCorrections = parsed.UnmatchedTokens.All(static token => token.Length > 2);
}

var code = await parsed.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null });
if (wrong is null)
{
    return code;
}

await Console.Error.WriteLineAsync($"See '{MeridianCommand.NameOf(parsed)} --help'.");
return ExitCodes.Misconfigured;
