using System.Globalization;
using Meridian.Configuration.References;
using Meridian.Configuration.Secrets;
using Meridian.Fixtures;

namespace Meridian.Configuration.Tests.Secrets;

/// <summary>Secrets in the file that only the key file opens.</summary>
public sealed class SecretKeysTests : IDisposable
{
    private readonly TempFolder _folder = new();

    [Theory]
    [InlineData("")]
    [InlineData("s3cret")]
    [InlineData("}${env:X}\n\"ünï\"")]
    public void Secret_EncryptedAndDecrypted_IsTheSame_AndNeverLooksTheSame(string secret)
    {
        var keys = SecretKeys.WithNew(null);

        var (first, second) = (keys.Encrypt(secret), keys.Encrypt(secret));

        Assert.NotEqual(first, second, StringComparer.Ordinal);
        Assert.True(SecretKeys.Parse(keys.ToText()).TryDecrypt(first, out var read, out _));
        Assert.Equal(secret, read);
        Assert.DoesNotContain("}", first, StringComparison.Ordinal);
    }

    [Fact]
    public void Secret_ChangedInAnyByte_IsRefused()
    {
        var keys = SecretKeys.WithNew(null);
        var text = keys.Encrypt("s3cret");
        var dot = text.IndexOf('.', StringComparison.Ordinal);
        var bytes = Convert.FromBase64String(text[(dot + 1)..]);
        for (var i = 0; i < bytes.Length; i++)
        {
            bytes[i] ^= 1;
            Assert.False(keys.TryDecrypt($"{text[..dot]}.{Convert.ToBase64String(bytes)}", out _, out var problem));
            Assert.StartsWith("It was changed since it was encrypted", problem, StringComparison.Ordinal);
            bytes[i] ^= 1;
        }
    }

    [Fact]
    public void Keys_Rotated_ReadWhatIsOldUntilOnlyTheNewestIsLeft()
    {
        var old = SecretKeys.WithNew(null);
        var text = old.Encrypt("s3cret");

        var both = SecretKeys.WithNew(old);

        Assert.Equal([both.Names[0], old.Names[0]], both.Names, StringComparer.Ordinal);
        Assert.True(both.TryDecrypt(text, out var read, out _));
        Assert.Equal("s3cret", read);
        Assert.StartsWith(both.Names[0] + ".", both.Encrypt("x"), StringComparison.Ordinal);
        Assert.False(both.NewestAlone().TryDecrypt(text, out _, out var problem));
        Assert.Equal(
            $"It was encrypted with the key \"{old.Names[0]}\"; the key file holds {both.Names[0]}. "
            + "Bring that key back, or encrypt the secret again.",
            problem);
    }

    [Theory]
    [InlineData("")]
    [InlineData("nodot")]
    [InlineData("abcd1234.")]
    [InlineData("abcd1234.AAAA")]
    [InlineData("abcd1234.!!!!")]
    public void Text_ThatIsNoSecret_IsRefusedInWords(string text)
    {
        Assert.False(SecretKeys.WithNew(null).TryDecrypt(text, out _, out var problem));
        Assert.Equal("It is not what 'meridian secret' writes; encrypt the secret again.", problem);
    }

    [Theory]
    [InlineData("", "It holds 0 keys; it must be 1 to 16.")]
    [InlineData("# only words\n", "It holds 0 keys; it must be 1 to 16.")]
    [InlineData("abcd1234:AAAA\n", "Line 1 is no key; a key is 8 hexadecimal digits, a colon, and 32 bytes in Base64.")]
    [InlineData("\nhello\n", "Line 2 is no key; a key is 8 hexadecimal digits, a colon, and 32 bytes in Base64.")]
    public void KeyFile_ThatIsNone_SaysTheLineAndShowsNothing(string text, string problem) =>
        Assert.Equal(problem, Assert.Throws<FormatException>(() => SecretKeys.Parse(text)).Message);

    [Fact]
    public void KeyFile_Written_IsForItsOwnerAlone_AndOneThatIsOpenIsRefused()
    {
        var path = Path.Combine(_folder.Path, ".meridian", "secrets.key");
        Assert.Null(SecretKeyFile.Read(path));
        var keys = SecretKeys.WithNew(null);

        SecretKeyFile.Write(path, keys);

        Assert.Equal(keys.ToText(), SecretKeyFile.Read(path)!.ToText());
        Assert.Equal("*\n", File.ReadAllText(Path.Combine(_folder.Path, ".meridian", ".gitignore")));
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead);
            Assert.Equal(
                $"The key file '{path}' is open to others than its owner; close it with 'chmod 600 {path}'.",
                Assert.Throws<IOException>(() => SecretKeyFile.Read(path)).Message);
        }
    }

    [Fact]
    public void Configuration_WithAnEncryptedSecret_ReadsItAndShowsItNowhere()
    {
        var keys = SecretKeys.WithNew(null);
        var file = string.Create(
            CultureInfo.InvariantCulture,
            $$"""
            { "souths": [{ "name": "s", "type": "probe", "settings": {
              "host": "h", "password": "${encrypted:{{keys.Encrypt("geheim-7")}}}" } }] }
            """);

        var config = Sample.Read(file, new FakeEnvironment { Keys = keys }).Config!;
        var problem = Assert.Single(Sample.Read(file).Problems);

        Assert.Equal("geheim-7", ((ProbeSettings)config.Souths[0].Settings).Password!.Reveal());
        Assert.Equal("This secret cannot be read: There is no key.", problem.Message);
        Assert.Equal(
            "Only secrets are encrypted; '${encrypted:' cannot stand here, write the text itself.",
            Assert.Single(Sample.Read("""{ "gateway": { "name": "${encrypted:x}" } }""").Problems).Message);
    }

    [Fact]
    public void Machine_WithoutAKeyFile_SaysWhereItLooked()
    {
        Assert.False(new MachineEnvironment(_folder.Path).TryDecrypt("x", out _, out var problem));
        Assert.Contains(Path.Combine(_folder.Path, ".meridian", "secrets.key"), problem, StringComparison.Ordinal);
        Assert.Contains("MERIDIAN_KEY_FILE", problem, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();
}
