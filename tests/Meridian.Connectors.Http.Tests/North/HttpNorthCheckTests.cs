using Meridian.Connectors.Http.Client;
using Meridian.Connectors.Http.North;
using Meridian.Sdk.Settings;

namespace Meridian.Connectors.Http.Tests.North;

public sealed class HttpNorthCheckTests
{
    private static readonly HttpNorthSettings Good = NorthRig.SettingsOf(new Uri("https://api.example/data"));

    [Fact]
    public void Find_GoodSettings_FindsNothing() => Assert.Empty(HttpNorthCheck.Find(Good with
    {
        FileUrl = "https://api.example/files/{name}",
        FileNameHeader = "X-Name",
        RetryCodes = [404],
        Auth = new HttpAuthSettings { Type = HttpAuthKind.ApiKey, Key = new Secret("k") },
        Proxy = new HttpProxySettings { Url = new Uri("socks5://proxy:1080") },
    }));

    public static TheoryData<string, string> Wrong => new()
    {
        { "ftp", "settings.url" },
        { "user", "settings.url" },
        { "header", "settings.headers.Ho st" },
        { "host", "settings.headers.Host" },
        { "value", "settings.headers.X" },
        { "twice", "settings.headers.authorization" },
        { "key", "settings.idempotencyHeader" },
        { "brace", "settings.fileUrl" },
        { "relative", "settings.fileUrl" },
        { "code", "settings.retryCodes[0]" },
        { "codeTwice", "settings.retryCodes[0]" },
        { "never", "settings.rejectedCodes[0]" },
        { "token", "settings.auth.token" },
        { "colon", "settings.auth.userName" },
        { "proxy", "settings.proxy.url" },
        { "proxyPassword", "settings.proxy.password" },
        { "clientKey", "settings.tls.clientCertificateFile" },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void Find_OneThingWrong_FindsItsPath(string what, string path)
    {
        var problem = Assert.Single(HttpNorthCheck.Find(Broken(what)));

        Assert.Equal(path, problem.Path);
        Assert.DoesNotContain("s3cret", problem.Message, StringComparison.Ordinal);
        Assert.EndsWith(".", problem.Message, StringComparison.Ordinal);
    }

    private static HttpNorthSettings Broken(string what) => what switch
    {
        "ftp" => Good with { Url = new Uri("ftp://api.example/data") },
        "user" => Good with { Url = new Uri("https://me:s3cret@api.example/data") },
        "header" => Good with { Headers = Header("Ho st", "x") },
        "host" => Good with { Headers = Header("Host", "x") },
        "value" => Good with { Headers = Header("X", "a\nb") },
        "twice" => Good with { Headers = Header("authorization", "x"), Auth = Bearer("t") },
        "key" => Good with { IdempotencyHeader = "a b" },
        "brace" => Good with { FileUrl = "https://api.example/{point}" },
        "relative" => Good with { FileUrl = "files/{name}" },
        "code" => Good with { RetryCodes = [99] },
        "codeTwice" => Good with { DeliveredCodes = [418], RetryCodes = [418] },
        "never" => Good with { RejectedCodes = [401] },
        "token" => Good with { Auth = Bearer("s3cret\n") },
        "colon" => Good with { Auth = new HttpAuthSettings { Type = HttpAuthKind.Basic, UserName = "a:b" } },
        "proxy" => Good with { Proxy = new HttpProxySettings { Url = new Uri("ftp://proxy") } },
        "proxyPassword" => Good with
        {
            Proxy = new HttpProxySettings { Url = new Uri("http://proxy"), Password = new Secret("s3cret") },
        },
        _ => Good with { Tls = new HttpTlsSettings { ClientKeyFile = "key.pem" } },
    };

    private static Dictionary<string, string> Header(string name, string value) =>
        new(StringComparer.Ordinal) { [name] = value };

    private static HttpAuthSettings Bearer(string token) =>
        new() { Type = HttpAuthKind.Bearer, Token = new Secret(token) };
}
