using Microsoft.ML.OnnxRuntime;
using ReviewStudio.Core.Inference.Encoders;
using ReviewStudio.Core.Inference.Encoders.Audio;

namespace ReviewStudio.Cli.Bench;

/// <summary>The same models run bare: tensors of the same shapes, made beforehand, nothing read, decoded or pooled.</summary>
internal sealed class BareEncoders(IReadOnlyList<EncoderState> states)
{
    /// <param name="batches">Piece ids of sentences, in batches as the product makes them.</param>
    public Action Text(IReadOnlyList<IReadOnlyList<int>[]> batches)
    {
        var session = Open("use-lite-en", 0);
        var tensors = batches.Select(batch =>
        {
            var width = Math.Clamp(batch.Max(b => b.Count), 1, 128);
            var (ids, mask) = (new long[batch.Length * width], new long[batch.Length * width]);
            for (var r = 0; r < batch.Length; r++)
            {
                for (var j = 0; j < Math.Min(width, batch[r].Count); j++)
                {
                    (ids[(r * width) + j], mask[(r * width) + j]) = (batch[r][j], 1);
                }
            }

            long[] shape = [batch.Length, width];
            return new[] { OrtValue.CreateTensorValueFromMemory(ids, shape), OrtValue.CreateTensorValueFromMemory(mask, shape) };
        }).ToArray();
        return () => Array.ForEach(tensors, t => Run(session, ["input_ids", "attention_mask"], t));
    }

    public Action Images(int count)
    {
        var session = Open("nsfw-mobilenet", 0);
        var input = Zeros(8, 224, 224, 3);
        return () =>
        {
            for (var i = 0; i < count; i += 8)
            {
                Run(session, ["image"], [input]);
            }
        };
    }

    public Action Faces(int count)
    {
        var session = Open("blazeface-back", 0);
        var input = Zeros(1, 256, 256, 3);
        return () =>
        {
            for (var i = 0; i < count; i++)
            {
                Run(session, ["input:0"], [input]);
            }
        };
    }

    /// <param name="lengths">Samples of each sound.</param>
    public Action Audio(IReadOnlyList<int> lengths)
    {
        var (voices, mel, embedding) = (Open("silero-vad", 0), Open("speech-embedding", 0), Open("speech-embedding", 1));
        var (step, state, rate) = (Zeros(1, 576), Zeros(2, 1, 128), OrtValue.CreateTensorValueFromMemory<long>([Resampler.Rate], []));
        var sounds = lengths.Select(length =>
        {
            var padded = Math.Max(length, Resampler.Rate * 5 / 4);
            return (Steps: (length + 511) / 512, Samples: Zeros(1, padded), Windows: Zeros(((((padded - 480) / 160) - 76) / 8) + 1, 76, 32, 1));
        }).ToArray();
        return () => Array.ForEach(sounds, sound =>
        {
            for (var i = 0; i < sound.Steps; i++)
            {
                Run(voices, ["input", "state", "sr"], [step, state, rate]);
            }

            Run(mel, ["input"], [sound.Samples]);
            Run(embedding, ["input_1"], [sound.Windows]);
        });
    }

    /// <summary>Detection alone: what pictures without text need.</summary>
    public Action PictureText(int count, int width, int height)
    {
        var session = Open("pp-ocrv4", 0);
        var input = Zeros(4, 3, height, width);
        return () =>
        {
            for (var i = 0; i < count; i += 4)
            {
                Run(session, ["x"], [input]);
            }
        };
    }

    private InferenceSession Open(string name, int file)
    {
        using var options = new Microsoft.ML.OnnxRuntime.SessionOptions { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR };
        return new(states.Single(s => s.Card.Name == name).Files[file], options);
    }

    private static OrtValue Zeros(params long[] shape) => OrtValue.CreateTensorValueFromMemory(new float[shape.Aggregate(1L, (a, b) => a * b)], shape);

    private static void Run(InferenceSession session, string[] names, OrtValue[] inputs)
    {
        using var options = new RunOptions();
        using var outputs = session.Run(options, names, inputs, session.OutputNames);
    }
}
