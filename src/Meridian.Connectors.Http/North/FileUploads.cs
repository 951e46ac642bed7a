using System.Net.Http.Headers;
using System.Text;
using Meridian.Connectors.Http.Client;
using Meridian.Sdk.Intakes;

namespace Meridian.Connectors.Http.North;

/// <summary>From a file to the request that carries it, byte for byte. Immutable.</summary>
internal sealed class FileUploads(HttpNorthSettings settings)
{
    private readonly FileAddress? _address = settings.FileUrl is { } template ? new FileAddress(template) : null;

    /// <summary>The method.</summary>
    public HttpMethod Method { get; } = HttpNorth.MethodOf(settings.FileMethod);

    /// <summary>Where a file goes.</summary>
    public Uri UrlOf(FileContent file) => _address?.Of(file.Name) ?? settings.Url;

    /// <summary>Makes the request; the file is opened when it is sent.</summary>
    public HttpRequestMessage Make(FileContent file, Uri url, string key, Action onPart)
    {
        var bytes = new SentContent(file.OpenRead, file.LengthBytes, onPart);
        bytes.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        var request = new HttpRequestMessage(Method, url)
        {
            Content = settings.FileUpload == HttpFileUpload.Form ? Form(bytes, file.Name, key) : bytes,
        };
        request.Headers.TryAddWithoutValidation(settings.IdempotencyHeader, key);
        if (settings.FileNameHeader is { } header)
        {
            request.Headers.TryAddWithoutValidation(header, FileAddress.Escape(file.Name));
        }

        return request;
    }

    /// <summary>The boundary is the key, so that what comes again has the same bytes.</summary>
    private MultipartFormDataContent Form(SentContent bytes, string name, string key)
    {
        var form = new MultipartFormDataContent(key[..Math.Min(key.Length, 70)]) // RFC 2046 §5.1.1: at most 70
        {
            HeaderEncodingSelector = static (_, _) => Encoding.UTF8,
        };

        // RFC 7578 §4.2: the name in UTF-8, with quotes and line ends percent-encoded as browsers do.
        var plain = name.Replace("\"", "%22", StringComparison.Ordinal)
            .Replace("\r", "%0D", StringComparison.Ordinal)
            .Replace("\n", "%0A", StringComparison.Ordinal);
        bytes.Headers.TryAddWithoutValidation(
            "Content-Disposition", $"form-data; name=\"{settings.FormField}\"; filename=\"{plain}\"");
        form.Add(bytes);
        return form;
    }
}
