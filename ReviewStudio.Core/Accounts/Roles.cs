namespace ReviewStudio.Core.Accounts;

/// <summary>The four roles. A person may hold several.</summary>
public static class Roles
{
    public const string Moderator = "Moderator";
    public const string PolicyLead = "PolicyLead";
    public const string MLEngineer = "MLEngineer";
    public const string Admin = "Admin";

    public static readonly IReadOnlyList<string> All = [Moderator, PolicyLead, MLEngineer, Admin];
}
