namespace Meridian.Gateway.Plugins;

/// <summary>
/// Why a plug-in is left out: a whole sentence that goes on from "The plug-in 'NAME' …" and ends with the way out.
/// Never leaves this folder.
/// </summary>
internal sealed class PluginException(string message, Exception? innerException = null)
    : Exception(message, innerException);
