using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Security;

namespace ReviewStudio.Hosting;

/// <summary>When nobody administers the installation yet, writes the one-time link to the log as soon as the address is known.</summary>
internal sealed class FirstRun(HasAdministrator administrators, SetupLink link, IHostApplicationLifetime lifetime, IServer server, ILogger<FirstRun> log)
    : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (!await administrators.RunAsync(cancellationToken))
        {
            lifetime.ApplicationStarted.Register(Announce);
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private void Announce()
    {
        var address = server.Features.Get<IServerAddressesFeature>()?.Addresses.FirstOrDefault() ?? "";
        log.LogWarning(
            "There is no administrator yet. Make one within an hour at {Link} (works once), or with: reviewstudio admin create",
            $"{address.TrimEnd('/')}/setup?token={link.Issue()}");
    }
}
