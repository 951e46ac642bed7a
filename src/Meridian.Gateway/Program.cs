using System.CommandLine;
using System.CommandLine.Invocation;
using Meridian.Gateway.Commands;

// Stopping is the commands' own matter (Hosting/StopSignals): a gateway drains before it ends.
var parsed = MeridianCommand.Create().Parse(args);
var code = await parsed.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null });
return parsed.Action is ParseErrorAction ? ExitCodes.Misconfigured : code;
