using System.CommandLine;
using System.Globalization;
using CompressDsl;
using Shared;
using static TorchSharp.torch;

namespace LlamaProgram.Bench;

/// <summary><c>bench</c>: what sparse storage wins, end to end.</summary>
internal static class BenchCommand
{
    private static readonly IReadOnlyDictionary<string, SparseKernel> Kernels = new Dictionary<string, SparseKernel>
    {
        ["bitmask"] = SparseKernel.Bitmask,
        ["csr"] = SparseKernel.Csr,
        ["2:4"] = SparseKernel.SemiStructured,
    };

    // Sums in another order differ in their last bits: those of bfloat16 are worth 2^16 times those of float32.
    private static readonly IReadOnlyDictionary<string, (ScalarType Type, double MostDifference)> Types = new Dictionary<string, (ScalarType, double)>
    {
        ["float32"] = (ScalarType.Float32, 1e-4),
        ["bfloat16"] = (ScalarType.BFloat16, 0.1),
    };

    /// <summary>What a kernel is called on the command line.</summary>
    internal static string NameOf(SparseKernel kernel) => Kernels.Single(named => named.Value == kernel).Key;

    internal static Command Create()
    {
        var shape = OneOf("--shape", "The model, of random weights.", "1b", BenchShapes.All.Keys);
        var sparsity = CommonOptions.Number("--sparsity", "The fraction of the weights that is zero.", 0.5, static value => value is > 0 and < 1, "greater than 0 and less than 1 is right");
        var kernel = OneOf("--kernel", "The compact storage; with 2:4 two of every four neighbours are zero.", "bitmask", Kernels.Keys);
        var purpose = OneOf("--purpose", "size: every layer is compact; speed: what would be slower than dense at any number of tokens stays dense.", "size", ["size", "speed"]);
        var dtype = OneOf("--dtype", "The type of the parameters.", "float32", Types.Keys);
        var prompt = CommonOptions.Count("--prompt", "Tokens that are read at once.", 128);
        var tokens = CommonOptions.Count("--tokens", "Tokens that are written one by one.", 32);
        var rounds = CommonOptions.Count("--rounds", "How often reading the prompt is timed.", 5);
        var seed = CommonOptions.Count("--seed", "Decides weights and tokens.", 1, atLeast: 0);
        var json = CommonOptions.Json();
        var command = new Command("bench", "Measures prefill, decode and memory of a random model, with its zeros in dense and in compact storage.")
        {
            shape, sparsity, kernel, purpose, dtype, prompt, tokens, rounds, seed, json,
        };
        command.Run((parsed, cancellation) =>
        {
            JsonFile.RequireFolder(parsed.GetValue(json));
            var (name, storage) = (parsed.GetRequiredValue(shape), Kernels[parsed.GetRequiredValue(kernel)]);
            var zeros = parsed.GetValue(sparsity);
            if (storage == SparseKernel.SemiStructured && zeros != 0.5)
            {
                throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"--sparsity is {zeros}; with --kernel 2:4 half of the weights is zero."));
            }

            var (type, mostDifference) = Types[parsed.GetRequiredValue(dtype)];
            var options = new BenchOptions(
                BenchShapes.All[name],
                storage == SparseKernel.SemiStructured ? null : zeros,
                storage,
                Enum.Parse<Purpose>(parsed.GetRequiredValue(purpose), ignoreCase: true),
                type,
                parsed.GetValue(prompt),
                parsed.GetValue(tokens),
                parsed.GetValue(rounds),
                parsed.GetValue(seed));
            var result = Progress.Of("bench", told => new BenchRun(options, told, cancellation).Run());
            result.Show($"{name}, {parsed.GetRequiredValue(dtype)}");
            JsonFile.Write(parsed.GetValue(json), result);
            if (!(result.LogitDifference <= mostDifference))
            {
                throw new InvalidOperationException(string.Create(
                    CultureInfo.InvariantCulture, $"The logits of the compact model differ by {result.LogitDifference:0.0e+0} from the dense ones; at most {mostDifference} is right."));
            }
        });
        return command;
    }

    private static Option<string> OneOf(string name, string description, string value, IEnumerable<string> values) =>
        new Option<string>(name) { Description = description, DefaultValueFactory = _ => value }.AcceptOnlyFromAmong([.. values]);
}
