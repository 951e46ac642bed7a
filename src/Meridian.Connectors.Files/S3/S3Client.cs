using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Net;
using Amazon;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;

namespace Meridian.Connectors.Files.S3;

/// <summary>
/// A connection to a bucket. What fails is <see cref="S3Faults"/>' in words. Any thread; it holds one part in memory
/// for each object that is being stored.
/// </summary>
internal sealed class S3Client : IDisposable
{
    /// <summary>The metadata by which an object that comes again is known.</summary>
    private const string IdentityName = "meridian-id";

    private const string ProbeName = ".meridian-probe";

    private readonly S3NorthSettings _settings;
    private readonly OwnHttpClients _http;
    private readonly AmazonS3Client _client;

    [SuppressMessage(
        "Reliability", "CA2000:Dispose objects before losing scope", Justification = "The field owns it.")]
    public S3Client(S3NorthSettings settings)
    {
        _settings = settings;
        _http = new OwnHttpClients(settings.Timeout);
        var config = new AmazonS3Config
        {
            AuthenticationRegion = settings.Region,
            ForcePathStyle = settings.PathStyle ?? settings.Endpoint is not null,
            HttpClientFactory = _http,

            // The engine tries again, says so, and waits longer each time.
            MaxErrorRetry = 0,
        };
        if (settings.Endpoint is { } endpoint)
        {
            config.ServiceURL = endpoint.ToString();
            config.UseHttp = string.Equals(endpoint.Scheme, "http", StringComparison.Ordinal);
        }
        else
        {
            config.RegionEndpoint = RegionEndpoint.GetBySystemName(settings.Region);
        }

        AWSCredentials credentials = settings.SessionToken is { } token
            ? new SessionAWSCredentials(settings.AccessKey, settings.SecretKey.Reveal(), token.Reveal())
            : new BasicAWSCredentials(settings.AccessKey, settings.SecretKey.Reveal());
        _client = new AmazonS3Client(credentials, config);
    }

    /// <summary>
    /// Throws when the bucket is not there or may not be looked into. It asks for an object that there is not: the
    /// answer to a GET says why, that to a HEAD does not.
    /// </summary>
    /// <param name="prefix">What the keys begin with whose rights count.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    public Task LookAsync(string prefix, CancellationToken cancellationToken) => RunAsync(
        async () =>
        {
            var key = prefix + ProbeName;
            try
            {
                using var answer = await _client
                    .GetObjectAsync(_settings.Bucket, key, cancellationToken).ConfigureAwait(false);
            }
            catch (AmazonS3Exception fault) when (fault.StatusCode == HttpStatusCode.NotFound
                && string.Equals(fault.ErrorCode, "NoSuchKey", StringComparison.Ordinal))
            {
                return true;
            }

            throw S3Faults.NoStore(key, _settings);
        },
        cancellationToken);

    /// <summary>Throws when nothing may be stored: it begins an upload and gives it up, so nothing is to be seen.
    /// </summary>
    /// <param name="prefix">What the keys begin with whose rights count.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    public Task TryRightAsync(string prefix, CancellationToken cancellationToken) => RunAsync(
        async () =>
        {
            var key = prefix + ProbeName;
            var upload = await _client
                .InitiateMultipartUploadAsync(_settings.Bucket, key, cancellationToken).ConfigureAwait(false);
            await AbortAsync(key, upload.UploadId).ConfigureAwait(false);
            return true;
        },
        cancellationToken);

    /// <summary>An object; null where there is none.</summary>
    public Task<StoredObject?> FindAsync(string key, CancellationToken cancellationToken) => RunAsync(
        async () =>
        {
            try
            {
                var found = await _client.GetObjectMetadataAsync(_settings.Bucket, key, cancellationToken)
                    .ConfigureAwait(false);
                return new StoredObject(found.Metadata[IdentityName], found.ContentLength, found.ETag);
            }
            catch (AmazonS3Exception fault) when (fault.StatusCode == HttpStatusCode.NotFound
                && !string.Equals(fault.ErrorCode, "NoSuchBucket", StringComparison.Ordinal))
            {
                return null;
            }
        },
        cancellationToken);

    /// <summary>Stores an object: at once when it is small, else in parts.</summary>
    /// <param name="key">Its key.</param>
    /// <param name="identity">What it is known by when it comes again.</param>
    /// <param name="content">Its bytes, read to their end.</param>
    /// <param name="cancellationToken">Cancels it; nothing of the object is to be seen then.</param>
    /// <returns>The store's tag of what it has stored; null where it gives none.</returns>
    public async Task<string?> StoreAsync(
        string key, string identity, Stream content, CancellationToken cancellationToken)
    {
        var part = ArrayPool<byte>.Shared.Rent((int)_settings.PartSize.Bytes);
        try
        {
            var size = (int)_settings.PartSize.Bytes;
            var count = await FillAsync(content, part.AsMemory(0, size), cancellationToken).ConfigureAwait(false);
            return await RunAsync(
                () => count < size
                    ? PutAsync(key, identity, part, count, cancellationToken)
                    : PutInPartsAsync(key, identity, content, part, size, cancellationToken),
                cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(part);
        }
    }

    public void Dispose()
    {
        _client.Dispose();
        _http.Dispose();
    }

    private async Task<string?> PutAsync(
        string key, string identity, byte[] bytes, int count, CancellationToken cancellationToken)
    {
        using var content = new MemoryStream(bytes, 0, count, writable: false);
        var request = new PutObjectRequest
        {
            BucketName = _settings.Bucket,
            Key = key,
            InputStream = content,
            AutoCloseStream = false,

            // Stores of others do not all know bodies that are signed piece by piece.
            UseChunkEncoding = false,
        };
        request.Metadata[IdentityName] = identity;
        return (await _client.PutObjectAsync(request, cancellationToken).ConfigureAwait(false)).ETag;
    }

    private async Task<string?> PutInPartsAsync(
        string key, string identity, Stream content, byte[] part, int count, CancellationToken cancellationToken)
    {
        var begin = new InitiateMultipartUploadRequest { BucketName = _settings.Bucket, Key = key };
        begin.Metadata[IdentityName] = identity;
        var upload = await _client.InitiateMultipartUploadAsync(begin, cancellationToken).ConfigureAwait(false);
        try
        {
            var tags = new List<PartETag>();
            for (var size = count; count > 0;)
            {
                tags.Add(await PutPartAsync(key, upload.UploadId, tags.Count + 1, part, count, cancellationToken)
                    .ConfigureAwait(false));
                count = await FillAsync(content, part.AsMemory(0, size), cancellationToken).ConfigureAwait(false);
            }

            var end = new CompleteMultipartUploadRequest
            {
                BucketName = _settings.Bucket,
                Key = key,
                UploadId = upload.UploadId,
                PartETags = tags,
            };
            return (await _client.CompleteMultipartUploadAsync(end, cancellationToken).ConfigureAwait(false)).ETag;
        }
        catch
        {
            await AbortAsync(key, upload.UploadId).ConfigureAwait(false);
            throw;
        }
    }

    private async Task<PartETag> PutPartAsync(
        string key, string upload, int number, byte[] bytes, int count, CancellationToken cancellationToken)
    {
        using var content = new MemoryStream(bytes, 0, count, writable: false);
        var request = new UploadPartRequest
        {
            BucketName = _settings.Bucket,
            Key = key,
            UploadId = upload,
            PartNumber = number,
            PartSize = count,
            InputStream = content,
            UseChunkEncoding = false,
        };
        var answer = await _client.UploadPartAsync(request, cancellationToken).ConfigureAwait(false);
        return new PartETag(number, answer.ETag);
    }

    /// <summary>Gives back what the store keeps of an upload that is given up; a rule of the bucket does it else.
    /// </summary>
    [SuppressMessage(
        "Design",
        "CA1031:Do not catch general exception types",
        Justification = "The fault that led here is thrown on; this one says nothing more.")]
    private async Task AbortAsync(string key, string upload)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(2), TimeProvider.System);
        try
        {
            await _client.AbortMultipartUploadAsync(_settings.Bucket, key, upload, limit.Token).ConfigureAwait(false);
        }
        catch (Exception)
        {
            // See above.
        }
    }

    private static async ValueTask<int> FillAsync(
        Stream content, Memory<byte> part, CancellationToken cancellationToken)
    {
        try
        {
            return await content.ReadAtLeastAsync(part, part.Length, throwOnEndOfStream: false, cancellationToken)
                .ConfigureAwait(false);
        }
        catch (IOException fault)
        {
            throw S3Faults.OfSource(fault);
        }
    }

    private async Task<T> RunAsync<T>(Func<Task<T>> act, CancellationToken cancellationToken)
    {
        try
        {
            return await act().ConfigureAwait(false);
        }
        catch (Exception fault) when (!cancellationToken.IsCancellationRequested && S3Faults.IsOurs(fault))
        {
            throw S3Faults.Of(fault, _settings);
        }
    }
}

/// <summary>What a store says of an object.</summary>
/// <param name="Identity">
/// What it is known by; null where it is of somebody else, or the store keeps no metadata.
/// </param>
/// <param name="Length">How many bytes it has.</param>
/// <param name="Tag">The store's tag of its content; null where it gives none.</param>
internal sealed record StoredObject(string? Identity, long Length, string? Tag);
