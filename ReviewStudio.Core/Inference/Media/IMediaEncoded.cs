namespace ReviewStudio.Core.Inference.Media;

/// <summary>What is to happen when the encoders have looked at media: told after every few.</summary>
public interface IMediaEncoded
{
    Task AfterAsync(CancellationToken cancellation);
}
