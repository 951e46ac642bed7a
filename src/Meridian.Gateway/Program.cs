using System.CommandLine;
using Meridian.Gateway.Commands;

// Stopping is the commands' own matter (Hosting/StopSignals): a gateway drains before it ends.
return await MeridianCommand.Create()
    .Parse(args)
    .InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null });
