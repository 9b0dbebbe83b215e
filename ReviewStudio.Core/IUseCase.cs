namespace ReviewStudio.Core;

/// <summary>
/// Marks a class that is created once and shared: a use case, a job handler, an answer to an earlier room's interface.
/// Registration finds it, under its own type and under each interface of Core that it implements.
/// </summary>
public interface IUseCase;
