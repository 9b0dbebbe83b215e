using Microsoft.ML.OnnxRuntime;

namespace ReviewStudio.Core.Inference.Encoders;

/// <summary>Opens encoder models in one manner.</summary>
internal static class EncoderSessions
{
    /// <param name="path">The ONNX file.</param>
    /// <param name="threads">Threads within an operator; 0 leaves it to the runtime.</param>
    public static InferenceSession Open(string path, int threads = 0)
    {
        using var options = new SessionOptions { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR };
        if (threads > 0)
        {
            options.IntraOpNumThreads = threads;
        }

        return new InferenceSession(path, options);
    }
}
