using ReviewStudio.Core.Inference;
using ReviewStudio.Core.Metrics;
using ReviewStudio.Core.Training.Heads;

namespace ReviewStudio.Tests.Unit.Training;

/// <summary>Made-up posts: each label has three telling n-grams and an embedding direction, among common noise.</summary>
internal static class HeadExamples
{
    public static readonly string[] Labels = ["benign", "insult", "threat"];

    public static TrainingExample[] Make(int n, ulong seed, double noise = 0, bool embeddings = true)
    {
        var random = new SeededRandom(seed);
        var examples = new TrainingExample[n];
        for (var i = 0; i < n; i++)
        {
            var meaning = random.Next(3);
            var label = random.NextUnit() < noise ? random.Next(3) : meaning;
            var buckets = new SortedDictionary<int, float>();
            for (var w = 0; w < 6; w++)
            {
                buckets[100_000 + random.Next(60)] = 1 + (float)random.NextUnit();
            }

            buckets[(1000 * (meaning + 1)) + random.Next(3)] = 1;
            float[]? embedding = null;
            if (embeddings && random.NextUnit() < 0.8)
            {
                embedding = new float[512];
                for (var j = 0; j < 40; j++)
                {
                    embedding[random.Next(512)] = (float)(random.NextUnit() - 0.5) / 4;
                }

                embedding[meaning] = 0.5f;
            }

            examples[i] = new(new(new([.. buckets.Keys], [.. buckets.Values]), embedding), label);
        }

        return examples;
    }
}
