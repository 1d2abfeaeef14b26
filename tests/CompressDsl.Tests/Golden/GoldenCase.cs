using System.Text.Json;
using TorchSharp;
using static TorchSharp.torch;

namespace CompressDsl.Tests;

/// <summary>One case of the reference vectors: inputs, parameters, and what a published implementation made of them.</summary>
/// <remarks>Tensors are read into the current dispose scope.</remarks>
internal sealed class GoldenCase
{
    private static readonly Lazy<Dictionary<string, GoldenCase>> ById =
        new(static () => GoldenFolder.All.SelectMany(static folder => folder.Cases).ToDictionary(static golden => golden.Id));

    private readonly string folder;
    private readonly JsonElement entry;

    /// <summary>A case of a manifest.</summary>
    /// <param name="folder">Where the files are.</param>
    /// <param name="entry">The case in the manifest.</param>
    /// <param name="suffix">What tells its name from the same one in another folder.</param>
    public GoldenCase(string folder, JsonElement entry, string suffix)
    {
        (this.folder, this.entry) = (folder, entry);
        Id = entry.GetProperty("name").GetString() + suffix;
    }

    /// <summary>Every case of every folder.</summary>
    public static IEnumerable<GoldenCase> All => ById.Value.Values;

    /// <summary>Names one case among those of all folders.</summary>
    public string Id { get; }

    /// <summary>The safetensors file that holds it, without what comes after the dot.</summary>
    public string File => Path.GetFileNameWithoutExtension(entry.GetProperty("file").GetString()!);

    /// <summary>The published function that made it.</summary>
    public string Function => entry.GetProperty("source").GetString()!.Split(": ")[^1];

    /// <summary>The names of its parameters that are not null.</summary>
    public IEnumerable<string> Parameters => entry.GetProperty("params").EnumerateObject()
        .Where(static parameter => parameter.Value.ValueKind != JsonValueKind.Null).Select(static parameter => parameter.Name);

    /// <summary>What its inputs are.</summary>
    public IEnumerable<string> Inputs => Roles("inputs");

    /// <summary>What its outputs are.</summary>
    public IEnumerable<string> Outputs => Roles("outputs");

    /// <summary>A family is named by its file; one may be spread over several: <c>prune_wanda</c>, <c>prune_wanda_2</c>.</summary>
    public bool IsOf(string family) => File == family || File.StartsWith(family + "_", StringComparison.Ordinal);

    public static GoldenCase Load(string id) => ById.Value[id];

    /// <summary>The cases that a theory runs; none at all is an error, not an empty theory.</summary>
    public static TheoryData<string> Where(Func<GoldenCase, bool> isWanted)
    {
        var ids = All.Where(isWanted).Select(static golden => golden.Id).ToArray();
        return ids.Length > 0 ? [.. ids] : throw new InvalidOperationException("No manifest has such a case.");
    }

    /// <summary>The names of all its parameters.</summary>
    public IEnumerable<string> AllParameters => entry.GetProperty("params").EnumerateObject().Select(static parameter => parameter.Name);

    /// <summary>Whether there is a parameter, and what it is.</summary>
    public bool Parameter(string name, out JsonElement value) => entry.GetProperty("params").TryGetProperty(name, out value);

    /// <summary>The names of what stands under <c>scalars</c>.</summary>
    public IEnumerable<string> Scalars => entry.TryGetProperty("scalars", out var scalars) ? scalars.EnumerateObject().Select(static scalar => scalar.Name) : [];

    /// <summary>A number under <c>scalars</c>; null where there is none.</summary>
    public double? Scalar(string name) => entry.TryGetProperty("scalars", out var scalars) && scalars.TryGetProperty(name, out var value) ? value.GetDouble() : null;

    /// <summary>A number under <c>params</c>.</summary>
    public double Parameter(string name) => entry.GetProperty("params").GetProperty(name).GetDouble();

    /// <summary>A number under <c>params</c>, or what it is where there is none.</summary>
    public double Parameter(string name, double otherwise) => Parameters.Contains(name) ? Parameter(name) : otherwise;

    /// <summary>A text under <c>params</c>; null where there is none.</summary>
    public string? Text(string name) => Parameters.Contains(name) ? entry.GetProperty("params").GetProperty(name).GetString() : null;

    /// <summary>A list of names under <c>params</c>.</summary>
    public string[] Names(string name) => [.. entry.GetProperty("params").GetProperty(name).EnumerateArray().Select(static item => item.GetString()!)];

    /// <summary>A list of whole numbers under <c>params</c>.</summary>
    public int[] Integers(string name) => [.. entry.GetProperty("params").GetProperty(name).EnumerateArray().Select(static item => item.GetInt32())];

    /// <summary>The coupled groups under <c>params</c>.</summary>
    public IReadOnlyList<GoldenGroup> Groups => [.. entry.GetProperty("params").GetProperty("groups").EnumerateArray().Select(static group => new GoldenGroup(
        new(group.GetProperty("root").GetString()!, group.GetProperty("root_side").GetString() == "out", 0, null),
        [.. group.GetProperty("members").EnumerateArray().Select(static member => new GoldenMember(
            member.GetProperty("layer").GetString()!,
            member.GetProperty("side").GetString() == "out",
            member.GetProperty("n_removed").GetInt32(),
            member.TryGetProperty("removed", out var removed) ? [.. removed.EnumerateArray().Select(static index => index.GetInt32())] : null))]))];

    /// <summary>Whether <c>params</c> says yes; nothing said is no.</summary>
    public bool Flag(string name) => Parameters.Contains(name) && entry.GetProperty("params").GetProperty(name).GetBoolean();

    /// <summary>A number under <c>tolerance</c>.</summary>
    public double Tolerance(string name) => entry.GetProperty("tolerance").GetProperty(name).GetDouble();

    public Tensor Input(string role) => Find("inputs", role) ?? throw new KeyNotFoundException($"{Id} has no input with the role '{role}'.");

    public Tensor? OptionalInput(string role) => Find("inputs", role);

    public Tensor Output(string role) => Find("outputs", role) ?? throw new KeyNotFoundException($"{Id} has no output with the role '{role}'.");

    /// <summary>Asserts |actual - expected| &lt;= abs + rel * |expected| for every element.</summary>
    /// <param name="role">The output to compare with.</param>
    /// <param name="actual">What we have; the shape may differ where it is a scalar.</param>
    /// <param name="abs">How much it may differ.</param>
    /// <param name="rel">And how much more, as a share of what is expected.</param>
    public void AssertClose(string role, Tensor actual, double abs, double rel)
    {
        var expected = Output(role).to(ScalarType.Float64);
        Assert.Equal(expected.numel(), actual.numel());
        var excess = (actual.detach().reshape(expected.shape).to(ScalarType.Float64) - expected).abs() - (expected.abs() * rel) - abs;
        Assert.True(excess.max().ToDouble() <= 0, $"{role} is off by {excess.max().ToDouble()} more than abs {abs} + rel {rel} allow.");
    }

    /// <summary>Asserts that a loss is met within the case's tolerance.</summary>
    public void AssertLoss(string role, Tensor actual) => AssertClose(role, actual, Tolerance("loss_abs"), Tolerance("loss_rel"));

    /// <summary>Asserts that an output is met up to a share of its own largest absolute value.</summary>
    public void AssertCloseToMax(string role, Tensor actual, double share) =>
        AssertClose(role, actual, share * Output(role).abs().max().item<float>(), 0);

    /// <summary>Asserts that an output is met to the bit.</summary>
    public void AssertEqual(string role, Tensor actual)
    {
        var expected = Output(role);
        Assert.Equal(expected.numel(), actual.numel());
        var odd = actual.reshape(expected.shape).to(expected.dtype).ne(expected).sum().item<long>();
        Assert.True(odd == 0, $"{role}: {odd} of {expected.numel()} differ.");
    }

    private string[] Roles(string side) => [.. entry.GetProperty(side).EnumerateObject().Select(static tensor => tensor.Value.GetProperty("role").GetString()!)];

    private Tensor? Find(string side, string role)
    {
        foreach (var tensor in entry.GetProperty(side).EnumerateObject())
        {
            if (tensor.Value.GetProperty("role").GetString() == role)
            {
                using var file = SafeTensorsFile.Open(Path.Combine(folder, entry.GetProperty("file").GetString()!));
                return file.Read(tensor.Name);
            }
        }

        return null;
    }
}
