namespace ReviewStudio.Hosting.Demo;

/// <summary>Whether this installation is a demo: fills itself with content and shows its accounts on the login page.</summary>
public sealed record DemoOptions(bool Enabled);

/// <summary>An account of the demo.</summary>
public sealed record DemoAccount(string Name, string Email, string[] Roles, string Group);
