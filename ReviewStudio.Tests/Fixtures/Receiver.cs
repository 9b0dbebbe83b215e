using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using ReviewStudio.Core.Webhooks.Sending;

namespace ReviewStudio.Tests.Fixtures;

/// <summary>An event as it arrived.</summary>
public sealed record Received(string Id, long Timestamp, string Signature, string Body);

/// <summary>A program on this machine that listens to webhooks, on a port of its own.</summary>
public sealed class Receiver : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<Received> _received = new();

    private Receiver(WebApplication app) => _app = app;

    public IReadOnlyList<Received> All => [.. _received];

    public string Address => $"{_app.Urls.First()}/hooks";

    /// <param name="answer">What it answers the n-th event, from 1; 204 for all if not said.</param>
    public static async Task<Receiver> StartAsync(Func<int, HttpContext, Task>? answer = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var receiver = new Receiver(builder.Build());
        receiver._app.Run(async http =>
        {
            using var reader = new StreamReader(http.Request.Body);
            receiver._received.Enqueue(new Received(
                http.Request.Headers[WebhookSignature.IdHeader].ToString(), long.Parse(http.Request.Headers[WebhookSignature.TimestampHeader].ToString(), System.Globalization.CultureInfo.InvariantCulture),
                http.Request.Headers[WebhookSignature.SignatureHeader].ToString(), await reader.ReadToEndAsync()));
            http.Response.StatusCode = StatusCodes.Status204NoContent;
            if (answer is not null)
            {
                await answer(receiver._received.Count, http);
            }
        });
        await receiver._app.StartAsync();
        return receiver;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
