using Microsoft.AspNetCore.Authorization;
using ReviewStudio.Core.Accounts;

namespace ReviewStudio.Security;

/// <summary>The authorization policies: one for each area, named once. Everything demands at least a sign-in.</summary>
public static class Access
{
    public const string Review = "review";
    public const string SeePolicies = "policies.see";
    public const string ManagePolicies = "policies.manage";
    public const string ManageQueues = "queues.manage";
    public const string SeeAgreement = "agreement.see";
    public const string Import = "import";
    public const string Scan = "scan";
    public const string SeeScanning = "scanning.see";
    public const string ManageScanning = "scanning.manage";
    public const string SeeModels = "models.see";
    public const string ManageModels = "models.manage";
    public const string SeeDatasets = "datasets.see";
    public const string UseKeys = "keys.use";
    public const string Administer = "administer";

    /// <summary>The roles that each policy lets in; an administrator may open everything.</summary>
    public static IReadOnlyDictionary<string, string[]> Roles { get; } = new Dictionary<string, string[]>(StringComparer.Ordinal)
    {
        [Review] = [Core.Accounts.Roles.Moderator, Core.Accounts.Roles.PolicyLead],
        [SeePolicies] = [Core.Accounts.Roles.Moderator, Core.Accounts.Roles.PolicyLead, Core.Accounts.Roles.MLEngineer],
        [ManagePolicies] = [Core.Accounts.Roles.PolicyLead],
        [ManageQueues] = [Core.Accounts.Roles.PolicyLead, Core.Accounts.Roles.MLEngineer],
        [SeeAgreement] = [Core.Accounts.Roles.PolicyLead],
        [Import] = [Core.Accounts.Roles.PolicyLead, Core.Accounts.Roles.MLEngineer],
        [Scan] = [Core.Accounts.Roles.PolicyLead, Core.Accounts.Roles.MLEngineer],
        [SeeScanning] = [Core.Accounts.Roles.PolicyLead, Core.Accounts.Roles.MLEngineer],
        [ManageScanning] = [Core.Accounts.Roles.PolicyLead],
        [SeeModels] = [Core.Accounts.Roles.PolicyLead, Core.Accounts.Roles.MLEngineer],
        [ManageModels] = [Core.Accounts.Roles.MLEngineer],
        [SeeDatasets] = [Core.Accounts.Roles.PolicyLead, Core.Accounts.Roles.MLEngineer],
        [UseKeys] = [Core.Accounts.Roles.Moderator, Core.Accounts.Roles.PolicyLead, Core.Accounts.Roles.MLEngineer],
        [Administer] = [],
    };

    public static AuthorizationBuilder AddStudioPolicies(this AuthorizationBuilder authorization)
    {
        ArgumentNullException.ThrowIfNull(authorization);
        foreach (var (name, roles) in Roles)
        {
            authorization.AddPolicy(name, policy => policy.RequireAuthenticatedUser().RequireRole([.. roles, Core.Accounts.Roles.Admin]).AddRequirements(new ScopeRequirement()));
        }

        authorization.Services.AddSingleton<IAuthorizationHandler, ScopeHandler>();
        return authorization.SetFallbackPolicy(new AuthorizationPolicyBuilder().RequireAuthenticatedUser().AddRequirements(new ScopeRequirement()).Build());
    }
}
