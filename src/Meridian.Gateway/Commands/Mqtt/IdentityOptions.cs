using System.CommandLine;
using System.Globalization;
using System.Text;
using Meridian.Mqtt;

namespace Meridian.Gateway.Commands.Mqtt;

/// <summary>Who asks. A password may come from a file or a variable: others see a command line.</summary>
internal sealed class IdentityOptions : IOptionGroup
{
    private const string UserVariable = "MERIDIAN_MQTT_USER";
    private const string PasswordVariable = "MERIDIAN_MQTT_PASSWORD";

    private readonly Option<string?> _clientId = OptionOf.Text(
        "--client-id", "ID", "The Client Identifier; random when absent.", "-i");

    private readonly Option<string?> _prefix = OptionOf.Text(
        "--client-id-prefix", "TEXT", "A Client Identifier of this and the process id.", "-I");

    private readonly Option<string?> _user = OptionOf.Text(
        "--user", "NAME", $"The user name; also from the variable {UserVariable} or the address.", "-u");

    private readonly Option<string?> _password = OptionOf.Text(
        "--password",
        "TEXT",
        $"The password. Others on this machine can see it here; the variable {PasswordVariable} or --password-file "
        + "hides it.",
        "-P");

    private readonly Option<FileInfo?> _passwordFile = OptionOf.File(
        "--password-file", "A file that holds the password; one line end behind it does not count.");

    public IEnumerable<Option> All => [_clientId, _prefix, _user, _password, _passwordFile];

    public bool HasClientId(ParseResult parsed) => parsed.GetValue(_clientId) is { Length: > 0 };

    public MqttClientOptions Read(
        ParseResult parsed, MqttCredentialsText? ofAddress, MqttClientOptions options, ICollection<string> problems)
    {
        if (parsed.GetValue(_clientId) is not null && parsed.GetValue(_prefix) is not null)
        {
            problems.Add("Give --client-id or --client-id-prefix, not both.");
        }

        if (parsed.GetValue(_password) is not null && parsed.GetValue(_passwordFile) is not null)
        {
            problems.Add("Give --password or --password-file, not both.");
        }

        var user = parsed.GetValue(_user) ?? ofAddress?.Name ?? Environment.GetEnvironmentVariable(UserVariable);
        return options with
        {
            ClientId = parsed.GetValue(_clientId) ?? FromPrefix(parsed.GetValue(_prefix)),
            UserName = user,
            Password = ReadPassword(parsed, ofAddress, hasUser: user is not null, problems),
        };
    }

    private static string FromPrefix(string? prefix) => prefix is null
        ? string.Empty
        : prefix + Environment.ProcessId.ToString(CultureInfo.InvariantCulture);

    private ReadOnlyMemory<byte> ReadPassword(
        ParseResult parsed, MqttCredentialsText? ofAddress, bool hasUser, ICollection<string> problems)
    {
        if (parsed.GetValue(_passwordFile) is { Exists: true } file)
        {
            try
            {
                var bytes = File.ReadAllBytes(file.FullName).AsMemory();
                return bytes.Span.EndsWith("\r\n"u8) ? bytes[..^2] : bytes.Span.EndsWith("\n"u8) ? bytes[..^1] : bytes;
            }
            catch (Exception wrong) when (wrong is IOException or UnauthorizedAccessException)
            {
                problems.Add($"--password-file: {wrong.Message}");
            }
        }

        // The variable alone, without a user, belongs to other calls from the same shell.
        var text = parsed.GetValue(_password) ?? ofAddress?.Password
            ?? (hasUser ? Environment.GetEnvironmentVariable(PasswordVariable) : null);
        return Encoding.UTF8.GetBytes(text ?? string.Empty);
    }
}
