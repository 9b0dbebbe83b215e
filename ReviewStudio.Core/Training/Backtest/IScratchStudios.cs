namespace ReviewStudio.Core.Training.Backtest;

/// <summary>
/// Opens installations that are thrown away: all of Core over an empty database of its own, in one folder. The host
/// knows how to put one together; the encoders are those that it has loaded already.
/// </summary>
public interface IScratchStudios
{
    /// <param name="folder">The folder for the database and everything else; what lies there already is taken over.</param>
    Task<IScratchStudio> OpenAsync(string folder, CancellationToken cancellation);
}

/// <summary>One such installation. Disposing it closes the database and leaves the folder.</summary>
public interface IScratchStudio : IAsyncDisposable
{
    /// <summary>A service of Core in this installation.</summary>
    T Get<T>()
        where T : notnull;
}
