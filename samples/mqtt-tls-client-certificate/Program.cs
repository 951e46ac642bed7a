// Connects with a certificate of its own and trusts one authority only:
//
//   mqtt-tls-client-certificate mqtts://localhost:8883 AUTHORITY.pem CERTIFICATE.pem KEY.pem
using System.Security.Cryptography.X509Certificates;
using Meridian.Mqtt;

if (args.Length != 4)
{
    await Console.Error.WriteLineAsync(
        "usage: mqtt-tls-client-certificate URI AUTHORITY.pem CERTIFICATE.pem KEY.pem");
    return 2;
}

using var authority = X509CertificateLoader.LoadCertificateFromFile(args[1]);
using var own = X509Certificate2.CreateFromPemFile(args[2], args[3]);
await using var client = new MqttClient(new MqttClientOptions
{
    Server = MqttServer.Parse(args[0]),
    Tls = new MqttTlsOptions
    {
        CertificateAuthorities = [authority],

        // Asked for at each try: read the files here instead, and a renewed certificate needs no restart.
        ClientCertificates = _ => ValueTask.FromResult<IReadOnlyList<X509Certificate2>>([own]),
    },
});
var result = await client.ConnectAsync();
await Console.Out.WriteLineAsync($"connected to {result.Server}");
await client.DisconnectAsync();
return 0;
