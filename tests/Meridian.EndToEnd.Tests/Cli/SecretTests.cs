using Meridian.Fixtures;

namespace Meridian.EndToEnd.Tests.Cli;

/// <summary><c>meridian secret</c>: the file without the key opens nothing, and stays the user's file.</summary>
public sealed class SecretTests : IDisposable
{
    private const string Plain = """
        {
          "include": ["norths.json"],
          "souths": [
            // The broker of hall 1.
            { "name": "s", "type": "mqtt",
              "settings": { "host": "h", "userName": "u", "password": "geheim-7" } }, // here
            { "name": "t", "type": "mqtt", "settings": { "host": "h", "userName": "u", "password": "${file:pw.txt}" } },
          ],
        }
        """;

    private readonly TempFolder _folder = new();

    private string ConfigurationFile => _folder.At("meridian.json");

    private string KeyFile => _folder.At(".meridian/secrets.key");

    [Fact]
    public async Task Secrets_SealedAndRotated_StayReadableWithTheKeyAlone_AndAllElseStaysAsWritten()
    {
        await WriteAsync();

        var sealing = await AskAsync(0, "secret", "seal", "-c", ConfigurationFile);
        var first = await File.ReadAllTextAsync(ConfigurationFile);
        var north = await File.ReadAllTextAsync(_folder.At("norths.json"));
        var firstKey = await File.ReadAllTextAsync(KeyFile);

        Assert.Equal("Encrypted: souths[0].settings.password", sealing[0]);
        Assert.Equal("Encrypted: norths.json: norths[0].settings.password", sealing[1]);
        Assert.StartsWith("2 secrets encrypted, 2 files changed; the key is in ", sealing[2], StringComparison.Ordinal);
        Assert.DoesNotContain("geheim", first + north, StringComparison.Ordinal);
        var start = first.IndexOf("${encrypted:", StringComparison.Ordinal);
        var end = first.IndexOf('}', start) + 1;
        Assert.Equal(Plain, first[..start] + "geheim-7" + first[end..]);
        await AskAsync(0, "check", "-c", ConfigurationFile);
        Assert.StartsWith(
            "0 secrets encrypted, 0 files changed",
            Assert.Single(await AskAsync(0, "secret", "seal", "-c", ConfigurationFile)),
            StringComparison.Ordinal);

        await AskAsync(0, "secret", "rotate", "-c", ConfigurationFile);
        Assert.NotEqual(firstKey, await File.ReadAllTextAsync(KeyFile), StringComparer.Ordinal);
        Assert.Equal(2, (await File.ReadAllLinesAsync(KeyFile)).Length);
        await AskAsync(0, "check", "-c", ConfigurationFile);

        await File.WriteAllTextAsync(_folder.At("before.json"), Plain);
        Assert.Equal(
            "Nothing that runs is touched.",
            Assert.Single(await AskAsync(0, "diff", _folder.At("before.json"), ConfigurationFile)));

        await File.WriteAllTextAsync(KeyFile, firstKey);
        Assert.Contains(
            await AskAsync(2, "check", "-c", ConfigurationFile),
            static line => line.Contains("It was encrypted with the key", StringComparison.Ordinal));
        File.Delete(KeyFile);
        Assert.Contains(
            await AskAsync(2, "check", "-c", ConfigurationFile),
            static line => line.Contains("there is no key file", StringComparison.Ordinal));
    }

    public void Dispose() => _folder.Dispose();

    private static async Task<string[]> AskAsync(int expected, params string[] arguments) =>
        [.. await GatewayProcess.AskAsync(expected, arguments)];

    private async Task WriteAsync()
    {
        await File.WriteAllTextAsync(_folder.At("pw.txt"), "pw\n");
        await File.WriteAllTextAsync(ConfigurationFile, Plain);
        await File.WriteAllTextAsync(_folder.At("norths.json"), """
            { "norths": [{ "name": "n", "type": "mqtt", "settings": {
              "host": "h", "userName": "u", "password": "geheim-8", "topic": "t" } }] }
            """);
    }
}
