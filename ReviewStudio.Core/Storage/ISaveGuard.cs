using Microsoft.EntityFrameworkCore.Diagnostics;

namespace ReviewStudio.Core.Storage;

/// <summary>Looks at what a context is about to save and refuses what must never change, or adds what must come with it, whoever asks.</summary>
public interface ISaveGuard : IUseCase, ISaveChangesInterceptor;
