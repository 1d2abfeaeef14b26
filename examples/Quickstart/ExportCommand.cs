using System.CommandLine;
using System.Text.Json.Nodes;
using CompressDsl;
using Models;
using TextTeacher;

namespace Quickstart;

/// <summary><c>export</c>: writes the teacher as a Hugging Face folder, for the commands of examples/Llama and for other programs.</summary>
public static class ExportCommand
{
    public static Command Create()
    {
        var folder = new Argument<DirectoryInfo>("folder") { Description = "The folder to write; it must not exist." };
        var command = new Command("export", "Writes the teacher as a Hugging Face folder, and beside it, as text.txt, the text that it was trained on and is measured on.") { folder };
        command.SetAction(parsed => Run(parsed.GetRequiredValue(folder).FullName));
        return command;
    }

    private static void Run(string folder)
    {
        if (Path.Exists(folder))
        {
            throw new IOException($"'{folder}' exists; name a folder that does not.");
        }

        var corpus = Corpus.FromReferencePack();
        using var teacher = TrainedLlama.Load();

        // Built beside its place and moved there: the folder is there whole or not at all.
        var partial = folder + ".partial";
        Directory.CreateDirectory(partial);
        File.WriteAllText(Path.Combine(partial, "config.json"), ConfigOf(teacher.Config).ToJsonString(new() { WriteIndented = true }));
        File.WriteAllBytes(Path.Combine(partial, "text.txt"), [.. corpus.Train, .. corpus.Validation]);
        SafeTensors.Write(Path.Combine(partial, "model.safetensors"), teacher.state_dict(), new Dictionary<string, string> { ["format"] = "pt" });
        Directory.Move(partial, folder);
        Console.WriteLine(FormattableString.Invariant(
            $"{folder}: the teacher, and text.txt, whose part from {(double)corpus.Train.Length / (corpus.Train.Length + corpus.Validation.Length):0.######} on it has not seen."));
    }

    private static JsonObject ConfigOf(LlamaConfig config) => new()
    {
        ["architectures"] = new JsonArray("LlamaForCausalLM"),
        ["model_type"] = "llama",
        ["vocab_size"] = config.VocabularySize,
        ["hidden_size"] = config.HiddenSize,
        ["intermediate_size"] = config.IntermediateSize,
        ["num_hidden_layers"] = config.Layers,
        ["num_attention_heads"] = config.Heads,
        ["num_key_value_heads"] = config.KeyValueHeads,
        ["head_dim"] = config.HeadSize,
        ["rope_theta"] = config.RotaryBase,
        ["rms_norm_eps"] = config.NormEpsilon,
        ["max_position_embeddings"] = TrainedLlama.Context,
        ["hidden_act"] = "silu",
        ["tie_word_embeddings"] = config.TiesEmbeddings,
        ["attention_bias"] = config.HasAttentionBias,
        ["mlp_bias"] = config.HasMlpBias,
        ["torch_dtype"] = "float32",
    };
}
