using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Options;

namespace ReviewStudio.Core.Webhooks.Sending;

/// <summary>What is to be sent.</summary>
/// <param name="Secrets">Secrets that sign it: one, or two while one replaces the other.</param>
public sealed record WebhookPost(string Address, Guid EventId, string Body, IReadOnlyList<string> Secrets);

/// <summary>How an attempt ended.</summary>
/// <param name="Taken">The receiver answered with a status from 200 to 299.</param>
/// <param name="Status">The answer's status; null when none came.</param>
/// <param name="Answer">The beginning of the answer, or why none came.</param>
/// <param name="Wait">How long the receiver asks to be left alone, where it said so.</param>
public sealed record WebhookAnswer(bool Taken, int? Status, string Answer, TimeSpan? Wait = null);

/// <summary>Makes one attempt: posts a signed body, follows nothing, reads little, and waits no longer than allowed.</summary>
public sealed class WebhookSender : IUseCase, IDisposable
{
    private const int MostRead = WebhookDelivery.LongestAnswer * 2;

    private readonly HttpClient _client;
    private readonly WebhookOptions _options;
    private readonly TimeProvider _clock;

    public WebhookSender(GuardedConnector connector, IOptions<WebhookOptions> options, TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(connector);
        ArgumentNullException.ThrowIfNull(options);
        _options = options.Value;
        _clock = clock;
        _client = new HttpClient(
            new SocketsHttpHandler
            {
                // A proxy would resolve names itself, behind the guard's back.
                UseProxy = false,
                UseCookies = false,
                AllowAutoRedirect = false,
                AutomaticDecompression = System.Net.DecompressionMethods.None,
                MaxResponseHeadersLength = 16,
                ActivityHeadersPropagator = null,
                PooledConnectionLifetime = TimeSpan.FromMinutes(1),
                ConnectCallback = async (context, stop) => await connector.ConnectAsync(context.DnsEndPoint, stop),
            })
        {
            Timeout = Timeout.InfiniteTimeSpan,
        };
    }

    /// <summary>Never throws for what a receiver does; that is an answer like any other.</summary>
    public async Task<WebhookAnswer> SendAsync(WebhookPost post, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(post);
        using var time = new CancellationTokenSource(_options.Timeout, _clock);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellation, time.Token);
        try
        {
            using var request = Request(post);
            using var response = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, both.Token);
            var status = (int)response.StatusCode;
            return new WebhookAnswer(status is >= 200 and <= 299, status, await BeginningAsync(response, both.Token), response.Headers.RetryAfter?.Delta);
        }
        catch (OperationCanceledException) when (time.IsCancellationRequested && !cancellation.IsCancellationRequested)
        {
            return new WebhookAnswer(false, null, string.Create(CultureInfo.InvariantCulture, $"No complete answer within {_options.Timeout.TotalSeconds:0.#} s."));
        }
        catch (Exception e) when (e is HttpRequestException or AddressRefusedException or IOException or SocketException or UriFormatException)
        {
            return new WebhookAnswer(false, null, (e.InnerException as AddressRefusedException ?? e.InnerException as SocketException ?? e).Message);
        }
    }

    public void Dispose() => _client.Dispose();

    private HttpRequestMessage Request(WebhookPost post)
    {
        var timestamp = _clock.GetUtcNow().ToUnixTimeSeconds();
        var request = new HttpRequestMessage(HttpMethod.Post, new Uri(post.Address))
        {
            Content = new ByteArrayContent(Encoding.UTF8.GetBytes(post.Body)),
        };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json", "utf-8");
        request.Headers.UserAgent.Add(new ProductInfoHeaderValue("ReviewStudio", "1"));
        request.Headers.Add(WebhookSignature.IdHeader, post.EventId.ToString());
        request.Headers.Add(WebhookSignature.TimestampHeader, timestamp.ToString(CultureInfo.InvariantCulture));
        request.Headers.Add(WebhookSignature.SignatureHeader, string.Join(',', post.Secrets.Select(s => WebhookSignature.Sign(s, timestamp, post.Body))));
        return request;
    }

    /// <summary>As much of the answer as is kept; the rest is never read. The status counts, however the text ends.</summary>
    private static async Task<string> BeginningAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        var bytes = new byte[MostRead];
        var read = 0;
        try
        {
            await using var stream = await response.Content.ReadAsStreamAsync(cancellation);
            for (int more; read < bytes.Length && (more = await stream.ReadAsync(bytes.AsMemory(read), cancellation)) > 0;)
            {
                read += more;
            }
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or HttpRequestException)
        {
            // What came until then is shown.
        }

        return Encoding.UTF8.GetString(bytes, 0, read);
    }
}
