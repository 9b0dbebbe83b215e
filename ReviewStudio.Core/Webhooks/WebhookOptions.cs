namespace ReviewStudio.Core.Webhooks;

/// <summary>How events are delivered.</summary>
public sealed class WebhookOptions
{
    /// <summary>Whether a receiver on this machine may be subscribed, over plain http too. For development alone.</summary>
    public bool AllowLoopback { get; set; }

    /// <summary>Attempts until a delivery becomes a dead letter.</summary>
    public int Attempts { get; set; } = 12;

    /// <summary>The wait after the first failure; it doubles with each further one.</summary>
    public TimeSpan FirstDelay { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>The longest wait between two attempts.</summary>
    public TimeSpan LongestDelay { get; set; } = TimeSpan.FromHours(1);

    /// <summary>How long a receiver may take for one attempt, from the look-up of its name to the end of its answer.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a delivery stays with a process that no longer answers. Well above <see cref="Timeout"/>.</summary>
    public TimeSpan Lease { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>How long an earlier secret goes on signing after a rotation.</summary>
    public TimeSpan SecretOverlap { get; set; } = TimeSpan.FromHours(24);

    /// <summary>How long ended deliveries and sent messages are kept, in days.</summary>
    public int KeepDays { get; set; } = 30;
}
