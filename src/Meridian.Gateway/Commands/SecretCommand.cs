using System.CommandLine;
using Meridian.Configuration.Files;
using Meridian.Configuration.Secrets;
using Meridian.Sdk.Files;

namespace Meridian.Gateway.Commands;

/// <summary><c>meridian secret</c>: passwords and keys in the configuration that only the key file opens.</summary>
internal static class SecretCommand
{
    public static Command Create() => new(
        "secret",
        $$"""
        Encrypts the secrets of a configuration: passwords, tokens, keys. What is encrypted stands in the file as
        ${encrypted:…} and opens with the key file alone: '.meridian/secrets.key' beside the configuration, or where the
        variable {{SecretKeyFile.Variable}} says. Keep the key file out of version control and in your backup.
        """)
    {
        CreateSeal(), CreateRotate(), CreateEncrypt(),
    };

    private static Command CreateSeal()
    {
        var config = ConfigurationOption.Create();
        var plugins = PluginsOption.Create();
        var command = new Command(
            "seal",
            """
            Encrypts every secret that stands in plain text in the configuration and its included files, and leaves all
            else as it is written. Makes the key file when there is none.

            Example: meridian secret seal -c meridian.json
            """)
        {
            config, plugins,
        };
        command.SetAction(parsed => Seal(
            parsed.GetRequiredValue(config),
            parsed.GetValue(plugins),
            static keys => keys ?? SecretKeys.WithNew(null)));
        return command;
    }

    private static Command CreateRotate()
    {
        var config = ConfigurationOption.Create();
        var plugins = PluginsOption.Create();
        var command = new Command(
            "rotate",
            """
            Makes a new key, encrypts every secret with it anew, and forgets the keys before it. A gateway that runs
            goes on: the secrets stay what they were. Ended half-way it is simply run again.

            Example: meridian secret rotate -c meridian.json
            """)
        {
            config, plugins,
        };
        command.SetAction(parsed => Seal(
            parsed.GetRequiredValue(config), parsed.GetValue(plugins), SecretKeys.WithNew));
        return command;
    }

    private static Command CreateEncrypt()
    {
        var config = ConfigurationOption.Create();
        var command = new Command(
            "encrypt",
            """
            Encrypts one secret, the first line of the standard input, and prints what to write into the configuration.

            Example: meridian secret encrypt -c meridian.json < password.txt
            """)
        {
            config,
        };
        command.SetAction(parsed =>
        {
            var path = SecretKeyFile.PathFor(parsed.GetRequiredValue(config).DirectoryName ?? "/");
            return Try(() =>
            {
                if (Console.In.ReadLine() is not { Length: > 0 } secret)
                {
                    Console.Error.WriteLine("There is no secret on the standard input; write it there as one line.");
                    return ExitCodes.Misconfigured;
                }

                if (SecretKeyFile.Read(path) is not { } keys)
                {
                    keys = SecretKeys.WithNew(null);
                    SecretKeyFile.Write(path, keys);
                    Console.Error.WriteLine($"Made the key file {path}; keep it in your backup.");
                }

                Console.WriteLine($"${{encrypted:{keys.Encrypt(secret)}}}");
                return ExitCodes.Ok;
            });
        });
        return command;
    }

    private static int Seal(FileInfo file, DirectoryInfo? plugins, Func<SecretKeys?, SecretKeys> choose) => Try(() =>
    {
        var loaded = PluginsOption.Load(plugins, file.DirectoryName, Console.Out);
        var environment = ConfigurationOption.EnvironmentOf(file);
        var (source, config) = ConfigurationOption.Read(file, loaded.Catalog, environment);
        if (config is null)
        {
            return ExitCodes.Misconfigured;
        }

        var path = SecretKeyFile.PathFor(file.DirectoryName ?? "/");
        var keys = choose(SecretKeyFile.Read(path));
        var (next, changed) = SecretSealing.Seal(source, loaded.Catalog, keys, environment);

        // The new key first, beside those before it: ended in between, everything still opens.
        SecretKeyFile.Write(path, keys);
        var written = WriteChanged(source, next);
        SecretKeyFile.Write(path, keys.NewestAlone());
        foreach (var place in changed)
        {
            Console.WriteLine($"Encrypted: {place}");
        }

        Console.WriteLine(
            $"{Counted.Of(changed.Count, "secret")} encrypted, {Counted.Of(written, "file")} changed; the key is in "
            + $"{path}. Keep it in your backup.");
        return ExitCodes.Ok;
    });

    private static int WriteChanged(ConfigurationSource source, ConfigurationSource next)
    {
        var written = 0;
        foreach (var (before, after) in source.Files.Zip(next.Files))
        {
            if (!before.Utf8.Span.SequenceEqual(after.Utf8.Span))
            {
                DurableFile.WriteWhole(after.Path, after.Utf8.Span);
                written++;
            }
        }

        return written;
    }

    private static int Try(Func<int> action)
    {
        try
        {
            return action();
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException or FormatException)
        {
            Console.Error.WriteLine(refused.Message);
            return ExitCodes.Failed;
        }
    }
}
