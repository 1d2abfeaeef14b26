using System.CommandLine;
using CompressDsl.Benchmarks;
using CompressDsl.Benchmarks.Compiling;

var json = new Option<FileInfo?>("--json") { Description = "Also write the rows to this file.", Recursive = true };
var masks = new Command("masks", "What a mask costs a forward pass, without gradients and in training.");
masks.SetAction(parsed => Rows.Publish(MaskBenchmark.Run(), parsed.GetValue(json)?.FullName));
var sparseGpt = new Command("sparsegpt", "SparseGPT beside a transcription of the published code: time, memory, and the same result.");
sparseGpt.SetAction(parsed => Rows.Publish(SparseGptBenchmark.Run(), parsed.GetValue(json)?.FullName));
var structure = new Command("structure", "Encoders that lost heads, channels and layers beside whole ones: time and parameters.");
structure.SetAction(parsed => Rows.Publish(StructureBenchmark.Run(), parsed.GetValue(json)?.FullName));
var kernels = new Command("kernels", "Sparse layers of 4096 -> 11008 and 11008 -> 4096 beside libtorch's dense layer and its CSR product, for 1 to 256 tokens.");
kernels.SetAction(parsed => Rows.Publish(KernelBenchmark.Run(), parsed.GetValue(json)?.FullName));
var largeVocabulary = new Command("largevocab", "The chunked loss of a vocabulary of 128,256 beside the plain path: time and peak memory, each run in a process of its own.");
largeVocabulary.SetAction(parsed => Rows.Publish(LargeVocabularyBenchmark.Run(), parsed.GetValue(json)?.FullName));
var path = new Argument<string>("path");
var largeVocabularyRun = new Command(LargeVocabularyBenchmark.Command, "One run of largevocab.") { Hidden = true };
largeVocabularyRun.Add(path);
largeVocabularyRun.SetAction(parsed => LargeVocabularyBenchmark.RunChild(parsed.GetRequiredValue(path)));
var generation = new Command("generation", "Writing 256 tokens with a key/value cache beside running the prefix again for each of them.");
generation.SetAction(parsed => Rows.Publish(GenerationBenchmark.Run(), parsed.GetValue(json)?.FullName));
var teacherCache = new Command("teachercache", "What a teacher cache takes on disk beside the logits, and that a writer which is killed loses nothing.");
teacherCache.SetAction(parsed => Rows.Publish(TeacherCacheBenchmark.Run(), parsed.GetValue(json)?.FullName));
var teacherCacheWrite = new Command(TeacherCacheBenchmark.Command, "Writes a teacher cache until it is killed.") { Hidden = true };
teacherCacheWrite.Add(path);
teacherCacheWrite.SetAction(parsed => TeacherCacheBenchmark.WriteUntilKilled(parsed.GetRequiredValue(path)));
var generator = new Command("generator", "The generator and the analyzers over 50 and 500 annotated classes, beside the least that a generator can do and CommunityToolkit.Mvvm's.");
generator.SetAction(parsed => Rows.Publish(GeneratorBenchmark.Run(), parsed.GetValue(json)?.FullName));

return new RootCommand("Measures CompressDsl: each case side by side with its baseline, medians, both orders. A ratio above 1 means ours is faster.")
{
    json, masks, sparseGpt, structure, kernels, generation, largeVocabulary, largeVocabularyRun, teacherCache, teacherCacheWrite, generator,
}.Parse(args).Invoke();
