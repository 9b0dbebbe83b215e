using System.Runtime.CompilerServices;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Trainers;
using ReviewStudio.Core.Inference;

namespace ReviewStudio.Core.Training.Heads;

/// <summary>Multinomial logistic regression by L-BFGS, on one thread so that the same rows give the same bits.</summary>
internal static class MaximumEntropySolver
{
    /// <summary>Minimises Σ weight·loss + l2/2·‖W‖² (the biases go free). An example with soft labels enters once a label.</summary>
    /// <param name="rows">Feature rows, one an example.</param>
    /// <param name="examples">Their labels and weights.</param>
    /// <param name="labelWeights">Factor of each label; 0 leaves the label out.</param>
    /// <param name="labelCount">C; labels without weight get no row of weights.</param>
    /// <param name="width">Number of columns.</param>
    /// <param name="l2">Penalty on the summed loss.</param>
    /// <param name="tolerance">Relative improvement at which to stop.</param>
    /// <param name="ct">Stops the optimiser at its next iteration.</param>
    /// <exception cref="OperationCanceledException">Cancelled; the optimiser stops at its next iteration.</exception>
    public static LinearModel Fit(
        SparseVector[] rows,
        IReadOnlyList<TrainingExample> examples,
        float[] labelWeights,
        int labelCount,
        int width,
        double l2,
        float tolerance,
        CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        var data = new List<Row>(rows.Length);
        var present = new SortedSet<int>();
        for (var i = 0; i < rows.Length; i++)
        {
            for (var k = 0; k < labelCount; k++)
            {
                var weight = examples[i].Weight * ExampleWeights.Share(examples[i], k) * labelWeights[k];
                if (weight > 0)
                {
                    present.Add(k);
                    data.Add(new() { Label = (uint)k, Weight = weight, Features = new(width, rows[i].Indices.Length, rows[i].Values, rows[i].Indices) });
                }
            }
        }

        int[] labels = [.. present];
        foreach (var row in data)
        {
            // The key column takes a 0-based value here, although keys count from 1 everywhere else in ML.NET.
            row.Label = (uint)Array.BinarySearch(labels, (int)row.Label);
        }

        var schema = SchemaDefinition.Create(typeof(Row));
        schema[nameof(Row.Label)].ColumnType = new KeyDataViewType(typeof(uint), labels.Length);
        schema[nameof(Row.Features)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, width);
        var context = new MLContext(seed: 0);
        var trainer = context.MulticlassClassification.Trainers.LbfgsMaximumEntropy(new LbfgsMaximumEntropyMulticlassTrainer.Options
        {
            LabelColumnName = nameof(Row.Label),
            FeatureColumnName = nameof(Row.Features),
            ExampleWeightColumnName = nameof(Row.Weight),
            L1Regularization = 0,
            L2Regularization = (float)l2,
            OptimizationTolerance = tolerance,
            NumberOfThreads = 1,
        });

        MaximumEntropyModelParameters parameters;
        using (ct.Register(() => Cancel(context)))
        {
            try
            {
                parameters = trainer.Fit(context.Data.LoadFromEnumerable(data, schema)).Model;
            }
            catch (Exception e) when (ct.IsCancellationRequested)
            {
                throw new OperationCanceledException("The training was cancelled.", e, ct);
            }
        }

        return Scatter(parameters, labels, labelCount);
    }

    // ML.NET stops at the next iteration when told to, but has not made the call public.
    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "CancelExecution")]
    private static extern void Cancel(MLContext context);

    private static LinearModel Scatter(MaximumEntropyModelParameters parameters, int[] present, int labelCount)
    {
        VBuffer<float>[]? columns = null;
        parameters.GetWeights(ref columns!, out _);
        var biases = parameters.GetBiases().ToArray();
        var all = new float[]?[labelCount];
        var bias = new float[labelCount];
        Array.Fill(bias, LinearModel.AbsentLogit);
        for (var p = 0; p < present.Length; p++)
        {
            all[present[p]] = columns[p].DenseValues().ToArray();
            bias[present[p]] = biases[p];
        }

        return new(all, bias);
    }

    private sealed class Row
    {
        public uint Label { get; set; }

        public float Weight { get; set; }

        public VBuffer<float> Features { get; set; }
    }
}
