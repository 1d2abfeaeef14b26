using System.CommandLine;
using CompressDsl.Benchmarks;

var json = new Option<FileInfo?>("--json") { Description = "Also write the rows to this file.", Recursive = true };
var masks = new Command("masks", "What a mask costs a forward pass, without gradients and in training.");
masks.SetAction(parsed => Rows.Publish(MaskBenchmark.Run(), parsed.GetValue(json)?.FullName));
var sparseGpt = new Command("sparsegpt", "SparseGPT beside a transcription of the published code: time, memory, and the same result.");
sparseGpt.SetAction(parsed => Rows.Publish(SparseGptBenchmark.Run(), parsed.GetValue(json)?.FullName));
var structure = new Command("structure", "Encoders that lost heads, channels and layers beside whole ones: time and parameters.");
structure.SetAction(parsed => Rows.Publish(StructureBenchmark.Run(), parsed.GetValue(json)?.FullName));
var kernels = new Command("kernels", "Sparse layers of 4096 -> 11008 and 11008 -> 4096 beside libtorch's dense layer and its CSR product, for 1 to 256 tokens.");
kernels.SetAction(parsed => Rows.Publish(KernelBenchmark.Run(), parsed.GetValue(json)?.FullName));

return new RootCommand("Measures CompressDsl: each case side by side with its baseline, medians, both orders. A ratio above 1 means ours is faster.")
{
    json, masks, sparseGpt, structure, kernels,
}.Parse(args).Invoke();
