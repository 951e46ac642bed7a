using Meridian.Fixtures;
using Meridian.Sdk.Faults;

namespace Meridian.Connectors.Postgres.Tests.Link;

/// <summary>Certificates that are not to be trusted, for North and South alike, in words that tell why.</summary>
public sealed class CertificateTests(PlantServer plant) : IClassFixture<PlantServer>, IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly TestAuthority _other = new("other");

    public static TheoryData<bool> Sides => [true, false];

    private string CaFile => _folder.At("ca.pem");

    [Theory]
    [MemberData(nameof(Sides))]
    public async Task Certificate_OfAStranger_IsTrustedOnceItsAuthorityIsInTheFile(bool isNorth)
    {
        await using var rig = await LinkRig.NewAsync(isNorth, plant.Server);
        await TrustAsync(_other);

        var fault = await rig.Make(rig.Settings with { Tls = PostgresTls.Verify, CaFile = CaFile })
            .ConnectFaultAsync();
        await TrustAsync(plant.Authority);

        Says(
            fault,
            Fault.Unauthorized,
            "the server's certificate 'CN=server' is signed by nobody",
            "the certificate of 'CN=plant' is missing; let the server send its whole chain, or add that certificate "
                + "and its root to settings.caFile");
        await rig.RecoversAsync();
    }

    [Theory]
    [MemberData(nameof(Sides))]
    public async Task CaFile_ThatHangs_EndsTheTryInItsTime(bool isNorth)
    {
        await using var rig = await LinkRig.NewAsync(isNorth, plant.Server);
        await ChildProcess.RunAsync("mkfifo", [CaFile]); // Nobody writes, so that opening it waits for ever.
        rig.Make(rig.Settings with
        {
            Tls = PostgresTls.Verify,
            CaFile = CaFile,
            ConnectTimeout = TimeSpan.FromSeconds(1),
        });

        var fault = await Task.Run(() => rig.ConnectFaultAsync()).WaitAsync(Deadline.Default, TimeProvider.System);
        await using (var pipe = new FileStream(CaFile, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite, 0))
        {
            // Who asks before the read that hung has ended waits for that one, so it must bring what the file will.
            File.Delete(CaFile);
            await TrustAsync(plant.Authority);
            await pipe.WriteAsync(await File.ReadAllBytesAsync(CaFile));
        }

        Says(
            fault,
            Fault.Unreachable,
            $"settings.caFile: '{CaFile}' was not read within 1 s (settings.connectTimeout)",
            "its disk or share does not answer");
        await rig.RecoversAsync();
    }

    [Theory]
    [MemberData(nameof(Sides))]
    public async Task Certificate_WithoutACaFile_IsTrustedOnlyAsTheSystemDoes(bool isNorth)
    {
        await using var rig = await LinkRig.NewAsync(isNorth, plant.Server);

        var fault = await rig.Make(rig.Settings with { Tls = PostgresTls.Verify }).ConnectFaultAsync();

        Says(fault, Fault.Unauthorized, "is signed by nobody whom this machine trusts", "settings.caFile");
    }

    [Theory]
    [MemberData(nameof(Sides))]
    public async Task Certificate_OfAnotherName_IsRefusedWithBothNames(bool isNorth)
    {
        await using var server = await PostgresServer.StartAsync(plant.Authority.Server("db.plant.example"));
        await using var rig = await LinkRig.NewAsync(isNorth, server);
        await TrustAsync(plant.Authority);

        var fault = await rig.Make(rig.Settings with { Tls = PostgresTls.Verify, CaFile = CaFile })
            .ConnectFaultAsync();

        Says(
            fault,
            Fault.Unauthorized,
            "is for another name than '127.0.0.1', namely db.plant.example",
            "settings.host must have a name that is in it");
    }

    [Theory]
    [MemberData(nameof(Sides))]
    public async Task Certificate_ThatHasExpired_IsRefusedWithItsTimes(bool isNorth)
    {
        var (from, to) = (TestAuthority.Now.AddDays(-9), TestAuthority.Now.AddDays(-1));
        await using var server = await PostgresServer.StartAsync(
            plant.Authority.Issue("server", from, to, "127.0.0.1"));
        await using var rig = await LinkRig.NewAsync(isNorth, server);
        await TrustAsync(plant.Authority);

        var fault = await rig.Make(rig.Settings with { Tls = PostgresTls.Verify, CaFile = CaFile })
            .ConnectFaultAsync();

        Says(fault, Fault.Unauthorized, "is valid from", "renew it, or set this machine's clock");
    }

    /// <summary>As with psql: what stands between leads to a root in the file, and is none itself.</summary>
    [Theory]
    [MemberData(nameof(Sides))]
    public async Task Certificate_OfAnAuthorityBelow_IsTrustedOnceItsRootIsInTheFileToo(bool isNorth)
    {
        using var below = plant.Authority.Below("below");
        await using var server = await PostgresServer.StartAsync(below.Server("127.0.0.1"));
        await using var rig = await LinkRig.NewAsync(isNorth, server);
        await TrustAsync(below);

        var fault = await rig.Make(rig.Settings with { Tls = PostgresTls.Verify, CaFile = CaFile })
            .ConnectFaultAsync();
        await TrustAsync(below, plant.Authority);

        Says(
            fault,
            Fault.Misconfigured,
            $"settings.caFile: '{CaFile}' cannot be used: it holds no root",
            "'CN=below' is signed by 'CN=plant'");
        await rig.RecoversAsync();
    }

    /// <summary>The server's own certificate is well: it must not be blamed.</summary>
    [Theory]
    [MemberData(nameof(Sides))]
    public async Task Certificate_OfAnAuthorityThatHasExpired_NamesThatOneAndItsTimes(bool isNorth)
    {
        var (from, to) = (TestAuthority.Now.AddDays(-9), TestAuthority.Now.AddDays(-1));
        using var below = plant.Authority.Below("below", from, to);
        await using var server = await PostgresServer.StartAsync(below.Server("127.0.0.1"));
        await using var rig = await LinkRig.NewAsync(isNorth, server);
        await TrustAsync(below, plant.Authority);

        var fault = await rig.Make(rig.Settings with { Tls = PostgresTls.Verify, CaFile = CaFile })
            .ConnectFaultAsync();

        Says(
            fault,
            Fault.Unauthorized,
            "the certificate 'CN=below' of an authority is valid from",
            $" to {below.Root.GetExpirationDateString()} only",
            "the server or settings.caFile have the one that renews it",
            "set this machine's clock");
        Assert.DoesNotContain("CN=server", fault.Message, StringComparison.Ordinal);
    }

    /// <summary>A certificate says itself where its authority's is; nobody goes there for a stranger's.</summary>
    [Theory]
    [InlineData(true, PostgresTls.Verify, false)]
    [InlineData(false, PostgresTls.Verify, false)]
    [InlineData(true, PostgresTls.Verify, true)]
    [InlineData(false, PostgresTls.Verify, true)]
    [InlineData(true, PostgresTls.Require, false)]
    [InlineData(false, PostgresTls.Require, false)]
    public async Task Certificate_ThatSaysWhereItsAuthorityIs_IsNotFollowedThere(
        bool isNorth, PostgresTls tls, bool hasCaFile)
    {
        var askedCount = 0;
        await using var elsewhere = new RawServer(_ =>
        {
            Interlocked.Increment(ref askedCount);
            return RawServer.Answer("404 Not Found", "text/plain", string.Empty);
        });
        using var below = new TestAuthority("lure") { IssuerUrl = elsewhere.Url };
        await using var server = await PostgresServer.StartAsync(below.Server("127.0.0.1"));
        await using var rig = await LinkRig.NewAsync(isNorth, server);
        await TrustAsync(plant.Authority);
        Interlocked.Exchange(ref askedCount, 0); // The rig's own connections do go there.

        rig.Make(rig.Settings with { Tls = tls, CaFile = hasCaFile ? CaFile : null });
        if (tls == PostgresTls.Verify)
        {
            var fault = await rig.ConnectFaultAsync();
            Says(fault, Fault.Unauthorized, "is signed by nobody whom this machine trusts", "settings.caFile");
        }
        else
        {
            await rig.ConnectAsync();
        }

        Assert.Equal(0, Volatile.Read(ref askedCount));
    }

    [Theory]
    [InlineData(true, null, "Could not find file")]
    [InlineData(false, null, "Could not find file")]
    [InlineData(true, "hello", "it holds no certificate in PEM")]
    [InlineData(false, "hello", "it holds no certificate in PEM")]
    public async Task CaFile_ThatCannotBeUsed_IsNamedAndUsedOnceItCan(bool isNorth, string? content, string words)
    {
        await using var rig = await LinkRig.NewAsync(isNorth, plant.Server);
        if (content is not null)
        {
            await File.WriteAllTextAsync(CaFile, content);
        }

        var fault = await rig.Make(rig.Settings with { Tls = PostgresTls.Verify, CaFile = CaFile })
            .ConnectFaultAsync();
        await TrustAsync(plant.Authority);

        Says(fault, Fault.Misconfigured, $"settings.caFile: '{CaFile}' cannot be used: {words}");
        await rig.RecoversAsync();
    }

    [Theory]
    [InlineData(true, PostgresTls.Prefer)]
    [InlineData(false, PostgresTls.Prefer)]
    [InlineData(true, PostgresTls.Require)]
    [InlineData(false, PostgresTls.Require)]
    [InlineData(true, PostgresTls.Verify)]
    [InlineData(false, PostgresTls.Verify)]
    public async Task Encryption_ThatIsOffered_IsUsedAndToldByATest(bool isNorth, PostgresTls tls)
    {
        await using var rig = await LinkRig.NewAsync(isNorth, plant.Server);
        await TrustAsync(plant.Authority);

        rig.Make(rig.Settings with { Tls = tls, CaFile = tls == PostgresTls.Verify ? CaFile : null });

        Assert.StartsWith("TLSv1.", await rig.FactAsync("Encryption"), StringComparison.Ordinal);
        await rig.RecoversAsync();
    }

    [Theory]
    [InlineData(true, PostgresTls.Require)]
    [InlineData(false, PostgresTls.Require)]
    [InlineData(true, PostgresTls.Verify)]
    [InlineData(false, PostgresTls.Verify)]
    public async Task Encryption_ThatIsDemandedAndNotOffered_IsSaid(bool isNorth, PostgresTls tls)
    {
        await using var rig = await LinkRig.NewAsync(isNorth);

        var fault = await rig.Make(rig.Settings with { Tls = tls }).ConnectFaultAsync();

        Says(fault, Fault.Misconfigured, "offers no encrypted connection", "SSL", "settings.tls");
    }

    /// <summary>The driver's own limit ends with the server's consent; the handshake that follows is ours to end.
    /// </summary>
    [Theory]
    [MemberData(nameof(Sides))]
    public async Task Handshake_ThatHangsAfterTheConsentToTls_IsLeftByTheTimeOfConnecting(bool isNorth)
    {
        await using var server = await PostgresServer.StartAsync(plant.Authority.Server("127.0.0.1"));
        await using var rig = await LinkRig.NewAsync(isNorth, server);
        await TrustAsync(plant.Authority);
        await server.StopAsync();
        rig.Make(rig.Settings with
        {
            Tls = PostgresTls.Verify,
            CaFile = CaFile,
            ConnectTimeout = TimeSpan.FromSeconds(1),
        });

        await using (new RawServer("S", server.Port) { StaysOpen = true })
        {
            Says(
                await rig.ConnectFaultAsync(),
                Fault.Unreachable,
                "took no connection within 1 s",
                "raise settings.connectTimeout");
        }

        await server.StartAgainAsync();
        await rig.RecoversAsync();
    }

    public void Dispose()
    {
        _folder.Dispose();
        _other.Dispose();
    }

    private static void Says(ConnectorException fault, Fault kind, params string[] words)
    {
        Assert.Equal((kind, true), (fault.Fault, fault.IsTransient));
        Assert.All(words, word => Assert.Contains(word, fault.Message, StringComparison.Ordinal));
    }

    private Task TrustAsync(params TestAuthority[] authorities) =>
        File.WriteAllLinesAsync(CaFile, authorities.Select(static one => one.Root.ExportCertificatePem()));
}
