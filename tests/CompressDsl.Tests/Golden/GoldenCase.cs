using System.Text.Json;
using TorchSharp;
using static TorchSharp.torch;

namespace CompressDsl.Tests;

/// <summary>One case of the reference vectors: inputs, parameters, and what a published implementation made of them.</summary>
/// <remarks>Tensors are read into the current dispose scope.</remarks>
internal sealed class GoldenCase
{
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "Golden", "data");

    private static readonly Lazy<Dictionary<string, JsonElement>> Manifest = new(() =>
    {
        using var json = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Folder, "manifest.json")));
        return json.RootElement.EnumerateArray().Select(static c => c.Clone()).ToDictionary(static c => c.GetProperty("name").GetString()!);
    });

    private readonly JsonElement entry;

    private GoldenCase(JsonElement entry) => this.entry = entry;

    /// <summary>The names of the cases of a family, as rows of a theory; a family that is not there is an error, not an empty theory.</summary>
    public static TheoryData<string> Of(string family, string prefix = "")
    {
        var names = Manifest.Value
            .Where(c => c.Value.GetProperty("file").GetString() == family + ".safetensors" && c.Key.StartsWith(prefix, StringComparison.Ordinal))
            .Select(static c => c.Key).ToArray();
        return names.Length > 0
            ? [.. names]
            : throw new InvalidOperationException($"The manifest has no case of {family} that begins with '{prefix}'.");
    }

    public static GoldenCase Load(string name) => new(Manifest.Value[name]);

    /// <summary>A number under <c>params</c>.</summary>
    public double Parameter(string name) => entry.GetProperty("params").GetProperty(name).GetDouble();

    public Tensor Input(string role) => Find("inputs", role) ?? throw new KeyNotFoundException($"There is no input with the role '{role}'.");

    public Tensor? OptionalInput(string role) => Find("inputs", role);

    public Tensor Output(string role) => Find("outputs", role) ?? throw new KeyNotFoundException($"There is no output with the role '{role}'.");

    /// <summary>Asserts |actual - expected| &lt;= abs + rel * |expected| for every element, with the case's own tolerances.</summary>
    /// <param name="role">The output to compare with.</param>
    /// <param name="actual">What we have; the shape may differ where it is a scalar.</param>
    /// <param name="kind">Which tolerances: <c>loss</c> or <c>grad</c>.</param>
    public void AssertClose(string role, Tensor actual, string kind)
    {
        var tolerance = entry.GetProperty("tolerance");
        var (abs, rel) = (tolerance.GetProperty(kind + "_abs").GetDouble(), tolerance.GetProperty(kind + "_rel").GetDouble());
        var expected = Output(role).to(ScalarType.Float64);
        var excess = (actual.detach().reshape(expected.shape).to(ScalarType.Float64) - expected).abs() - (expected.abs() * rel) - abs;
        Assert.True(excess.max().ToDouble() <= 0, $"{role} is off by {excess.max().ToDouble()} more than abs {abs} + rel {rel} allow.");
    }

    private Tensor? Find(string side, string role)
    {
        foreach (var tensor in entry.GetProperty(side).EnumerateObject())
        {
            if (tensor.Value.GetProperty("role").GetString() == role)
            {
                using var file = SafeTensorsFile.Open(Path.Combine(Folder, entry.GetProperty("file").GetString()!));
                return file.Read(tensor.Name);
            }
        }

        return null;
    }
}
