using System.Diagnostics;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Storage;
using ReviewStudio.Core.Webhooks;
using ReviewStudio.Core.Webhooks.Desk;
using ReviewStudio.Core.Webhooks.Sending;
using ReviewStudio.Tests.Fixtures;
using Shouldly;
using Xunit;

namespace ReviewStudio.Tests.Recovery;

/// <summary>The server is killed while receivers have an event in their hands and have not answered yet.</summary>
public sealed class KilledDeliveryTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task Event_that_was_being_sent_when_the_server_was_killed_arrives_again_under_its_id()
    {
        var arrived = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var dead = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var receiver = await Receiver.StartAsync(async (n, _) =>
        {
            arrived.TrySetResult();
            if (n == 1)
            {
                await dead.Task;
            }
        });
        await using var studio = await TestStudio.StartAsync(services => services.Configure<WebhookOptions>(o => o.AllowLoopback = true));
        var secret = (await studio.Get<AddWebhook>().RunAsync(new NewWebhook("receiver", receiver.Address, [OutboxTopics.ModelPromoted]), Actor.System, None)).Secret;
        await studio.Database.WriteAsync(
            async db =>
            {
                db.Add(new OutboxMessage { Topic = OutboxTopics.ModelPromoted, SubjectId = Guid.NewGuid(), PayloadJson = """{"number":1}""", CreatedAt = TimeProvider.System.Instant(), NotBefore = TimeProvider.System.Instant() });
                await db.SaveChangesAsync();
            },
            None);

        using (var first = Serve(studio.Folders.Root))
        {
            await arrived.Task.WaitAsync(TimeSpan.FromSeconds(60), None);
            await StudioProgram.KillAsync(first);
        }

        dead.SetResult();
        (await DeliveryAsync(studio)).ShouldSatisfyAllConditions(d => d.State.ShouldBe(DeliveryState.Pending), d => d.LeaseToken.ShouldNotBeNull());
        using var second = Serve(studio.Folders.Root);
        try
        {
            for (var tries = 0; tries < 600 && (await DeliveryAsync(studio)).State != DeliveryState.Delivered; tries++)
            {
                await Task.Delay(100, None);
            }
        }
        finally
        {
            await StudioProgram.KillAsync(second);
        }

        (await DeliveryAsync(studio)).ShouldSatisfyAllConditions(d => d.State.ShouldBe(DeliveryState.Delivered), d => d.Attempts.ShouldBe(2));
        receiver.All.Count.ShouldBe(2);
        receiver.All.Select(r => (r.Id, r.Body)).Distinct().ShouldHaveSingleItem();
        receiver.All.ShouldAllBe(r => WebhookSignature.Verify(secret, r.Timestamp, r.Body, r.Signature), "the key lies in the data folder, so a new process signs alike");
        JsonDocument.Parse(receiver.All[1].Body).RootElement.GetProperty("data").GetProperty("number").GetInt32().ShouldBe(1);
    }

    private static Process Serve(string folder)
    {
        var server = StudioProgram.Start(
            ["serve", "--data-folder", folder],
            ("ASPNETCORE_ENVIRONMENT", "Production"), ("Storage__ConnectionString", $"Data Source={Path.Combine(folder, "studio.db")}"), ("Urls", "http://127.0.0.1:0"),
            ("Webhooks__AllowLoopback", "true"), ("Webhooks__Timeout", "00:00:02"), ("Webhooks__Lease", "00:00:04"));
        server.OutputDataReceived += (_, _) => { };
        server.BeginOutputReadLine();
        return server;
    }

    private static Task<WebhookDelivery> DeliveryAsync(TestStudio studio) => studio.Database.ReadAsync(db => db.Set<WebhookDelivery>().SingleAsync(), None);
}
