using System.Diagnostics;
using System.Security.Cryptography.X509Certificates;
using Meridian.Connectors.Mqtt.Connection;
using Meridian.Connectors.Mqtt.South;
using Meridian.Connectors.Mqtt.Tests.Faults;
using Meridian.Fixtures;
using Meridian.Mqtt;
using Meridian.Sdk.Faults;
using Meridian.Sdk.Settings;

namespace Meridian.Connectors.Mqtt.Tests.Connection;

/// <summary>Files of certificates that hang, are too large, or are gone when a connection is made anew.</summary>
public sealed class CertificateFileTests : IAsyncLifetime, IDisposable
{
    private readonly MosquittoListeners _listeners = new();
    private readonly TempFolder _folder = new("meridian-mqtt-");
    private MosquittoServer _server = null!; // InitializeAsync sets it before any test.

    private string CaFile => _folder.At("ca.crt");

    public async Task InitializeAsync() =>
        _server = await MosquittoServer.StartAsync(new MosquittoServerOptions { Listeners = _listeners });

    public async Task DisposeAsync() => await _server.DisposeAsync();

    public void Dispose()
    {
        _listeners.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData(Side.South)]
    [InlineData(Side.North)]
    public async Task AuthoritiesFile_ThatHangs_EndsTheTryInItsTime(Side side)
    {
        using var made = Process.Start("mkfifo", [CaFile]); // Nobody writes, so that opening it waits for ever.
        await made.WaitForExitAsync();

        var settings = SettingsOf(side) with { ConnectTimeout = TimeSpan.FromSeconds(3) }; // Else what is before hangs.
        var fault = await Task.Run(() => Tried.FaultAsync(side, settings)).WaitAsync(Deadline.Default);
        await using var release = new FileStream(CaFile, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);

        Assert.True(fault.IsTransient);
        Assert.Contains(
            "within settings.connectTimeout, 3 s; settings.tls.caFile was still awaited",
            fault.Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Side.South)]
    [InlineData(Side.North)]
    public async Task AuthoritiesFile_PastTheLimit_IsNamedWithItsSize(Side side)
    {
        await File.WriteAllTextAsync(CaFile, _listeners.Authority.ExportCertificatePem() + new string('\n', 2_000_000));

        var fault = await Tried.FaultAsync(side, SettingsOf(side));

        var size = new FileInfo(CaFile).Length;
        Assert.Equal((Fault.Misconfigured, true), (fault.Fault, fault.IsTransient));
        Assert.Contains(
            $"'{CaFile}' (tls.caFile) cannot be used: it has {size} bytes, and at most 1048576 are read",
            fault.Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Pkcs12_WithoutAPrivateKey_IsMisconfiguredAndNamed(bool hasCertificate)
    {
        await File.WriteAllTextAsync(CaFile, _listeners.Authority.ExportCertificatePem());
        var file = _folder.At("client.pfx");
        using var without = X509CertificateLoader.LoadCertificate(_listeners.ClientCertificate.RawData);
        X509Certificate2Collection content = hasCertificate ? [without] : [];
        await File.WriteAllBytesAsync(file, content.Export(X509ContentType.Pkcs12, "secret")!); // Null for no PKCS#12.

        var settings = SettingsOf(Side.South);
        var fault = await Tried.FaultAsync(Side.South, settings with
        {
            Tls = settings.Tls! with { CertificateFile = file, KeyPassword = new Secret("secret") }, // It has one.
        });

        Assert.Equal((Fault.Misconfigured, true), (fault.Fault, fault.IsTransient));
        Assert.Contains(
            $"'{file}' (tls.certificateFile) cannot be used: it holds no certificate with its private key",
            fault.Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task AuthoritiesFile_GoneAtAReconnect_IsMisconfiguredUntilItIsBack()
    {
        await File.WriteAllTextAsync(CaFile, _listeners.Authority.ExportCertificatePem());
        var context = new TestContext();
        var south = new MqttSouth(context, (MqttSouthSettings)SettingsOf(Side.South));
        await south.ConnectAsync(CancellationToken.None);
        var connected = context.ConnectedCount;

        File.Move(CaFile, _folder.At("away.crt"));
        await _server.RestartAsync();
        await context.UntilAsync(() => context.Faults.Any(static fault => fault.Fault == Fault.Misconfigured));
        File.Move(_folder.At("away.crt"), CaFile);
        await context.UntilAsync(() => context.ConnectedCount > connected);

        var fault = context.Faults.First(static fault => fault.Fault == Fault.Misconfigured);
        Assert.True(fault.IsTransient);
        Assert.Contains($"'{CaFile}' (tls.caFile) cannot be used", fault.Message, StringComparison.Ordinal);
        await south.DisconnectAsync(CancellationToken.None);
    }

    [Fact]
    public async Task Certificates_OfATry_AreDisposedOfWithTheNext()
    {
        var given = new List<X509Certificate2>();
        var fresh = new FreshCertificates(_ =>
        {
            given.Add(X509CertificateLoader.LoadCertificate(_listeners.Authority.RawData));
            return Task.FromResult<IReadOnlyList<X509Certificate2>>([given[^1]]);
        });

        var first = await fresh.FindAsync(CancellationToken.None);
        Assert.NotEqual(IntPtr.Zero, first[0].Handle);
        var second = await fresh.FindAsync(CancellationToken.None);

        Assert.Equal(IntPtr.Zero, given[0].Handle);
        Assert.NotEqual(IntPtr.Zero, second[0].Handle);
        second[0].Dispose();
    }

    [Fact]
    public async Task Certificates_OfAStaleTry_AreDisposedOfAndThoseOfTheNextAreLeft()
    {
        var reads = new Queue<TaskCompletionSource<IReadOnlyList<X509Certificate2>>>([new(), new()]);
        var (slow, quick) = (reads.First(), reads.Last());
        var fresh = new FreshCertificates(_ => reads.Dequeue().Task);
        using var late = X509CertificateLoader.LoadCertificate(_listeners.Authority.RawData);
        using var inUse = X509CertificateLoader.LoadCertificate(_listeners.Authority.RawData);

        var stale = fresh.FindAsync(CancellationToken.None).AsTask();
        var next = fresh.FindAsync(CancellationToken.None).AsTask();
        quick.SetResult([inUse]);
        Assert.Same(inUse, Assert.Single(await next));
        slow.SetResult([late]);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => stale);
        Assert.Equal(IntPtr.Zero, late.Handle);
        Assert.NotEqual(IntPtr.Zero, inUse.Handle);
    }

    [Fact]
    public async Task Certificates_OfACancelledTry_AreDisposedOf()
    {
        var read = new TaskCompletionSource<IReadOnlyList<X509Certificate2>>();
        var fresh = new FreshCertificates(_ => read.Task);
        using var late = X509CertificateLoader.LoadCertificate(_listeners.Authority.RawData);
        using var stop = new CancellationTokenSource();

        var finding = fresh.FindAsync(stop.Token).AsTask();
        await stop.CancelAsync();
        read.SetResult([late]);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => finding);
        Assert.Equal(IntPtr.Zero, late.Handle);
    }

    private MqttConnectionSettings SettingsOf(Side side) => IPlantPeer.SettingsOf(side, _listeners.Tls.Port) with
    {
        Host = "localhost",
        Transport = MqttTransport.Tls,
        ConnectTimeout = TimeSpan.FromSeconds(10), // Nothing here waits for it but what hangs.
        Tls = new MqttTlsSettings { CaFile = CaFile },
    };
}
