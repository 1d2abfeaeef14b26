using Company.Compressed1;
using CompressDsl;
using TorchSharp;
using static TorchSharp.torch;

manual_seed(1);
using var scope = NewDisposeScope();
var device = cuda.is_available() ? CUDA : CPU;
var (lessons, exam) = (Spirals.Batches(64, device), Spirals.Batches(8, device));

// A dense model learns.
using var model = new Classifier();
model.to(device);
model.Train(lessons, batch => DistillationTerms.FromLabels(model.call(batch.Points), batch.Labels), new DistillationOptions { Steps = 400 });
Console.WriteLine($"dense: {Spirals.Accuracy(model, exam):P1} right\n");

// What its attribute names goes, and stays zero while the rest recovers.
Console.WriteLine(model.Prune());
Console.WriteLine($"pruned: {Spirals.Accuracy(model, exam):P1} right");
model.Train(lessons, batch => DistillationTerms.FromLabels(model.call(batch.Points), batch.Labels), new DistillationOptions { Steps = 100 });
Console.WriteLine($"trained on: {Spirals.Accuracy(model, exam):P1} right\n");

// A small model learns the answers of the large one.
using var student = new Student();
student.to(device);
var distillation = new StudentDistillation(student, model);
distillation.Train(lessons, batch => distillation.Compute(batch.Points, batch.Labels), new DistillationOptions { Steps = 400, LearningRate = 0.01 });
Console.WriteLine($"student: {Spirals.Accuracy(student, exam):P1} right\n");

// For inference: zeros are neither stored nor multiplied.
model.to(CPU);
student.to(CPU);
Console.WriteLine(model.Compact());
Console.WriteLine(model.Measure(new MeasureOptions { Input = randn(256, 2) }));
Console.WriteLine(student.Measure(new MeasureOptions { Input = randn(256, 2) }));
model.Save("classifier.safetensors", weights: SavedWeights.Compact); // new Classifier().Load("classifier.safetensors") has the zeros
student.Save("student.safetensors");
