using System.CommandLine;

namespace Meridian.Gateway.Commands.Mqtt;

/// <summary>Options that belong together: declared, added to a command and read by one class.</summary>
internal interface IOptionGroup
{
    /// <summary>All of them, in the order of the help.</summary>
    IEnumerable<Option> All { get; }
}
